"""The usage cube's rules: cells, latency histograms, roll-ups and questions asked of them."""
