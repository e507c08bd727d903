"""The tab Lessons, and the lesson under way, which stays in sight in every tab."""
