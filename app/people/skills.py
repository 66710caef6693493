"""What people can do. Those in CERTIFIED come with a paper that somebody in charge can look at."""

SKILLS = ("sampling", "driving", "training", "nursing", "first_aid", "electrician", "plumber", "cooking", "dialect", "counselling")
CERTIFIED = frozenset({"sampling", "driving", "nursing", "electrician"})
