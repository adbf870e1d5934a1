"""Measures of the product against limits taken in the same run; `make bench` runs them."""
