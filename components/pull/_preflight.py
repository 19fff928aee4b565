"""The pull preflight: hooks that ask, during `up` only, whether an image can be pulled before its consumer changes.

Hooks read, and change nothing.
"""

import asyncio
import time
from dataclasses import replace

import pulumi

from .._component import Component
from .._errors import InvalidInput
from ..rules import ImageReference
from ._access import PullAccess, PullLeaves, given_image_problems
from ._evidence import RegistryPlace, look
from ._patience import SHORT, until_pulled
from ._refusal import Cause, PullRefused, Refusal
from ._registry_client import Login, try_pull

_FAILED_PULL = "InaccessibleImage"
"""The code of Azure Container Instances for every pull that failed."""
_PAUSE = 15.0
"""Seconds before a container group is made once more."""


class Preflight:
    """The check of one image for one consumer.

    Args:
        component: Whose consumer it is.
        name: The component's name.
        image: What is pulled.
        leaves: How.
        wait_seconds: Longest time that is waited for a role to arrive; 0 for one try.
        place: Where in Azure the registry is; None where that is not known.
        as_workspace: Whether the consumer can pull as the Azure ML workspace where there is no login.
        given_as: Input that the image was given as; empty for one that the component built.
    """

    def __init__(
        self,
        component: Component,
        name: str,
        image: pulumi.Output[str],
        leaves: PullLeaves,
        wait_seconds: float,
        place: RegistryPlace | None = None,
        *,
        as_workspace: bool = False,
        given_as: str = "",
    ) -> None:
        self._component = component
        self._name = name
        self._image = image
        self._leaves = leaves
        self._access = leaves.access()
        self._wait_seconds = wait_seconds
        self._place = place
        self._as_workspace = as_workspace
        self._given_as = given_as
        self._role_seen = False
        self._first_failure = 0.0

    def before_pull(self) -> pulumi.ResourceHook:
        """The hook before the consumer is made or changed; it raises PullRefused, or InvalidInput."""

        async def ask(_: pulumi.ResourceHookArgs) -> None:
            image, access = await self._values()
            refusal = await self._refusal(image, access)
            if refusal is not None:
                raise PullRefused(self._component, self._name, image, refusal)

        return pulumi.ResourceHook(self._hook_name("pull"), ask)

    def before_build(self, login_server: pulumi.Output[str]) -> pulumi.ResourceHook:
        """The hook before a registry builds on an image of another one; it raises PullRefused, or InvalidInput.

        The build pulls from inside Azure: a registry that this machine can't reach is told, and no reason to stop.

        Args:
            login_server: Host of the registry that builds; on its own images it needs no login.
        """

        async def ask(_: pulumi.ResourceHookArgs) -> None:
            image, access = await self._values()
            if access.login_server == await login_server.future():
                return
            refusal = await self._refusal(image, access, wait_for_network=False)
            if refusal is None:
                return
            if refusal.cause is not Cause.NETWORK:
                raise PullRefused(self._component, self._name, image, refusal)
            warning = (
                f"{image} can't be asked for from here ({refusal.detail}); whether it can be pulled, the build tells"
            )
            pulumi.log.warn(warning, self._component)

        return pulumi.ResourceHook(self._hook_name("base-pull"), ask)

    def role_on_its_way(self) -> pulumi.ErrorHook:
        """The hook that has a container group made again while the role of its identity may still be on its way."""

        async def again(args: pulumi.ErrorHookArgs) -> bool:
            image, access = await self._values()
            if not access.identity_id or _FAILED_PULL not in "".join(args.errors[:1]):
                return False
            await self._wait_for_role(image)
            return True

        return pulumi.ErrorHook(self._hook_name("role"), again)

    async def _values(self) -> tuple[str, PullAccess]:
        image, access = await self._image.future(), await self._access.future()
        if image is None or access is None:
            raise AssertionError("a hook runs after the inputs of its resource are known")
        problems = self._leaves.problems(access)
        if self._given_as:
            problems += given_image_problems(self._given_as, image, access.login_server)
        if problems:
            # Here and not where the values become known: an error there would end the whole update in its middle.
            raise InvalidInput(type(self._component).__name__, self._name, problems)
        return image, access

    async def _refusal(self, image: str, access: PullAccess, *, wait_for_network: bool = True) -> Refusal | None:
        reference = ImageReference.parse(image)
        if access.identity_id and self._place:
            return await self._look(self._place, reference, access)
        if self._as_workspace and not access.username:
            return await self._unproven(reference, access)
        login = Login(access.username, access.password) if access.username else None

        async def ask() -> Refusal | None:
            refusal = await try_pull(reference, login)
            if refusal is None or wait_for_network or refusal.cause is not Cause.NETWORK:
                return refusal
            return replace(refusal, lasting=True)

        return await until_pulled(self._component, image, ask, self._wait_seconds)

    async def _look(self, place: RegistryPlace, image: ImageReference, access: PullAccess) -> Refusal | None:
        evidence = await look(self._component, place, image, access)
        self._role_seen = evidence.role_seen
        if evidence.refusal is None:
            seen = "its role is there, and so is the image" if not evidence.unproven else "; ".join(evidence.unproven)
            who = "a managed identity" if access.identity_id else "the workspace"
            pulumi.log.info(
                f"{image} is pulled as {who}, which only Azure itself can try: {seen}; unproven until Azure has pulled",
                self._component,
            )
        return evidence.refusal

    async def _unproven(self, image: ImageReference, access: PullAccess) -> Refusal | None:
        """Asks as anybody, and as the deployer: who pulls is inside Azure, and its right can't be tried from here."""
        refusal = await try_pull(image, None)
        if refusal is None or refusal.cause is Cause.NO_SUCH_TAG:
            return refusal
        if self._place:
            return await self._look(self._place, image, access)
        pulumi.log.info(
            f"{image} is not open to anybody ({refusal.detail}); whether Azure ML may pull it, the deployment tells",
            self._component,
        )
        return None

    async def _wait_for_role(self, image: str) -> None:
        """Waits before one more try; raises PullRefused when it has been long enough."""
        self._first_failure = self._first_failure or time.monotonic()
        limit = self._wait_seconds if self._role_seen else min(self._wait_seconds, SHORT)
        left = limit - (time.monotonic() - self._first_failure)
        if left <= 0:
            seen = "its role was read back" if self._role_seen else "no role of it was seen"
            detail = f"Azure could not pull as the identity; {seen}"
            raise PullRefused(self._component, self._name, image, Refusal(Cause.NO_ROLE, detail))
        pause = min(_PAUSE, left)
        pulumi.log.info(
            f"{image} can't be pulled as the identity yet: a new role takes minutes to arrive; next try in "
            f"{pause:.0f} s, for {left:.0f} s at most",
            self._component,
        )
        await asyncio.sleep(pause)

    def _hook_name(self, role: str) -> str:
        return f"{type(self._component).__name__}-{self._name}-{role}"
