"""The hub service: the idle rules, the culler, the reports of servers, notices and the log."""
