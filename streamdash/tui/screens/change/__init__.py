"""The form that changes the request of a stream."""
