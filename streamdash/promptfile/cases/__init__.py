"""Cases: the rows of a data set, whose columns fill the `{{names}}` of prompts."""
