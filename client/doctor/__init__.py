"""What doctor looks at: a file an area. Each returns lines, and changes nothing."""
