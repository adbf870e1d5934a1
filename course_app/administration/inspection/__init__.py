"""What is looked at on a running or stopped installation; each module answers `Remark` values and changes nothing."""
