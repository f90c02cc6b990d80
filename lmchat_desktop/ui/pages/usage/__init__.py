"""The usage page: charts, breakdown and filters over the cached usage cube."""
