"""What the product costs, each figure beside a yardstick of the same run."""
