"""Where projects are: how many screening stopped and how many the vote did, delays, what waits and what is late."""
