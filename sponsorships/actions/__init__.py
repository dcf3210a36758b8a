"""Every write of this app, by noun: plain functions, keyword-only, with the person who acts."""
