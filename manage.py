#!/usr/bin/env python
"""Django's command line. Without DJANGO_SETTINGS_MODULE it uses the settings for a single machine."""

import gc
import os
import sys

from django.core.management import execute_from_command_line

if __name__ == "__main__":
    gc.set_threshold(20_000, 20, 20)  # what a start loads is no garbage: looking through it took a tenth of the start
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "crm.settings.dev")
    execute_from_command_line(sys.argv)
