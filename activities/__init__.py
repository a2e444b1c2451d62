"""What enrolments do in the world: methods of classes that are given their clients."""
