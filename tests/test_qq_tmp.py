from tests.integration.events.test_page_read import _event_with, visit
from django.test.utils import CaptureQueriesContext
from django.db import connection
def test_p(site):
    m=_event_with(3, site); visit(m.url)
    with CaptureQueriesContext(connection) as c: visit(m.url)
    for q in c: 
        s=q["sql"]; i=s.find(" FROM "); print("Q", s[i:i+230])
