"""Draws the plots of the overview and the tables of groups."""

from markupsafe import Markup

from api.portal.overview.figures import FIGURES, people_path
from api.portal.overview.outlook import Outlook
from api.portal.overview.plots import by_group, days_to_register, median_text, what_worked
from api.portal.overview.series import registered_over_time
from api.portal.overview.trends import Trends
from api.portal.services import Portal
from database.figures.overview import Overview
from domain.mail.shown.names import mail_order
from templates.plots.renderer import table_alone
from templates.rendering import portal_environment


async def draw_trends(
    portal: Portal, overview: Overview, outlook: Outlook | None, *, drawn: bool = True
) -> Trends:
    """Return the part of the page that shows how the rollout has gone; at once with tables alone.

    Drawing its plots takes a fifth of a second, in which nobody else is answered.
    """
    draw, config = portal.plots.draw if drawn else table_alone, portal.config
    over_time = registered_over_time(
        overview,
        portal.day_names(overview.at),
        deadline=config.deadline,
        expected=outlook.expected if outlook else None,
    )
    batches = by_group(overview.by_batch.items(), title="Registered by batch", name="Batch")
    departments = by_group(
        overview.by_department.items(), title="Registered by department", name="Department"
    )
    html = (
        portal_environment()
        .get_template("portal/overview/trends.html")
        .render(
            root=portal.portal.root_path,
            **FIGURES,
            overview=overview,
            outlook=outlook,
            over_time=await draw(over_time, key="over-time"),
            batches=await draw(batches, key="batches"),
            departments=await draw(departments, key="departments"),
            took=await draw(days_to_register(overview), key="took"),
            worked=await draw(what_worked(overview), key="worked"),
            worked_paths=[
                people_path({"registered_after": mail})
                for mail in sorted(overview.registered_after, key=mail_order)
            ],
            median=median_text(overview.days_to_register),
        )
    )
    # A template has made it.
    return Trends(overview.at, Markup(html), outlook, drawn)  # noqa: S704
