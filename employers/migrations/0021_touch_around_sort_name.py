"""Keep the time of the last change of an employer in a way that a restored database can be built with."""

from django.db import migrations

SWAP = """
DROP TRIGGER employers_employer_touch ON employers_employer;
CREATE TRIGGER employers_employer_touch BEFORE UPDATE ON employers_employer
  FOR EACH ROW EXECUTE FUNCTION touch_changed_row('sort_name');
"""


class Migration(migrations.Migration):
    dependencies = [("employers", "0020_by_change"), ("base", "0003_touch_around_generated")]
    operations = [migrations.RunSQL(SWAP, migrations.RunSQL.noop)]
