"""What pages that show usage share: names, ranges, rows, chart data, tiles and a chart card."""
