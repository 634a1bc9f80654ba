"""The leaderboard and its latency ladder."""
