"""What is to be seen of the demo while its days pass: people, their stories, the days."""
