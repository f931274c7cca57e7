"""hilum: can these images tell us this, and better than what we use today?"""
