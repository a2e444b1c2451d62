"""Who acts on the command line: somebody who has signed in, as the API confirms."""
