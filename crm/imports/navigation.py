"""Where imports stand."""

from crm.core.registry import navigation
from crm.identity.roles import Permission


@navigation.register
class Imports:
    label = "Imports"
    icon = "arrow-up-tray"
    url_name = "imports:list"
    permission = Permission.IMPORT_FILES
    order = 65
    place = "more"
    words = "import upload spreadsheet csv excel file"
