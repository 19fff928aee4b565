"""Pull mode `service_principal`: an application, its right to pull, and passwords in two slots."""

from collections.abc import Sequence
from datetime import datetime, timedelta

import pulumi
import pulumi_azuread as azuread

from .._component import Component
from ._grants import RoleAssignmentMode, grant_pull
from ._mode import Pull, when
from ._passwords import SLOTS, Passwords, now, rfc3339


def pull_as_service_principal(
    component: Component,
    name: str,
    registry_id: pulumi.Output[str],
    mode: RoleAssignmentMode,
    passwords: Passwords,
    after: Sequence[pulumi.Resource] = (),
) -> Pull:
    """Makes a service principal that may pull and nothing else.

    Args:
        component: Parent of the resources.
        name: Their names' first part.
        registry_id: ARM id of the registry.
        mode: Which roles count at the registry.
        passwords: The passwords of the principal.
        after: What has to be there before anything is made.
    """
    application = azuread.Application(
        f"{name}-pull", display_name=f"{name}-pull", opts=component.child(depends_on=after)
    )
    principal = azuread.ServicePrincipal(f"{name}-pull", client_id=application.client_id, opts=component.child())
    slots = [
        _password(component, name, principal, passwords, slot) for slot in range(SLOTS) if slot <= passwords.rotation
    ]
    live = slots[passwords.rotation % SLOTS]
    grant = grant_pull(component, f"{name}-pull-grant", registry_id, principal.object_id, mode)
    none = pulumi.Output.from_input("")
    return Pull(
        username=when(grant, principal.client_id),
        password=pulumi.Output.secret(when(grant, live.value)),
        identity_id=none,
        identity_client_id=none,
        expires_on=live.end_date.apply(lambda end: _told(component, name, passwords, end)),
        below=[grant],
    )


def _password(
    component: Component, name: str, principal: azuread.ServicePrincipal, passwords: Passwords, slot: int
) -> azuread.ServicePrincipalPassword:
    return azuread.ServicePrincipalPassword(
        f"{name}-pull-password-{slot}",
        service_principal_id=principal.id,
        display_name=f"image pull {slot}",
        end_date=passwords.end(),
        rotate_when_changed={"rotation": str(passwords.trigger(slot))},
        # The end date counts from the day of creation; without this it would move at every `pulumi up`.
        opts=component.child(ignore_changes=["endDate"]),
    )


def _told(component: Component, name: str, passwords: Passwords, end: str) -> str:
    """The end of the password in use; what has to be done about it is logged."""
    left = datetime.fromisoformat(end) - now()
    fix = f"make a new one with rotation: {passwords.rotation + 1}"
    title = f"{type(component).__name__} '{name}'"
    if left <= timedelta():
        pulumi.log.warn(f"{title}: the pull password ended on {end}, so that no pull succeeds; {fix}", component)
    elif left < timedelta(days=passwords.warning_days):
        pulumi.log.warn(f"{title}: the pull password ends on {end}, in {left.days} days; {fix}", component)
    if passwords.expires_on is not None and passwords.end() != rfc3339(datetime.fromisoformat(end)):
        text = f"{title}: password_expires_on is for the next password, the one in use ends on {end}; {fix}"
        pulumi.log.warn(text, component)
    return end
