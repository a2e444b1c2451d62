"""The worker process: a module for each area says which queue runs what, ``run`` starts it all."""
