"""What every page needs: safety, errors, forms, French, the clock; knows no feature."""
