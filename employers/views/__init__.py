"""Pages of employers. Each loads through `visible_to`: an unknown id and another institute's give the same 404."""
