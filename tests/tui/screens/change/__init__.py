"""Tests of the form that changes a request."""
