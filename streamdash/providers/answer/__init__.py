"""What an answer is made of, in every dialect: parts, choices, reasoning, tools, usage, its end."""
