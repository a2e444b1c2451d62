"""Tests of requests about many people, as whoever asks sees them."""
