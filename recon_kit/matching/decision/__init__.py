"""What becomes of each line once the model has spoken: automatic, proposed or left open, with its reasons and its money."""
