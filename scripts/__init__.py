"""Thin programs that set up, compile, deploy, demonstrate and measure: each runnable, each re-runnable."""
