"""The directory: applications, service principals and their passwords."""

from __future__ import annotations

import hashlib
import hmac
import secrets
import threading
import uuid
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from localcloud.services.entra.errors import AlreadyExists, InvalidProperty, ObjectNotFound
from localcloud.services.entra.principal import Principal

if TYPE_CHECKING:
    from localcloud.arm.store import Document, Store
    from localcloud.control.clock import Clock
    from localcloud.control.settings import CloudSettings

APPLICATIONS = "applications"
SERVICE_PRINCIPALS = "servicePrincipals"
_DEFAULT_LIFETIME = timedelta(days=730)
_HASH = "hash"
_CREATED = "created"
_HIDDEN = frozenset({_HASH, _CREATED})
_SECRET_BYTES = 30


class Directory:
    """Entra objects as Graph documents; of a password only a keyed hash is stored.

    Args:
        store: Where the documents are.
        settings: Tenant, the deployer's ids, and the key that passwords are hashed with.
        clock: The present, and how long what is new stays unknown.
    """

    def __init__(self, store: Store, settings: CloudSettings, clock: Clock) -> None:
        self._store = store
        self._settings = settings
        self._key = settings.derive("directory passwords")
        self._clock = clock
        self._lock = threading.RLock()
        self._register_deployer()

    def create_application(self, body: Document) -> Document:
        """Registers an application; raises InvalidProperty, as without a displayName."""
        if not isinstance(body.get("displayName"), str) or not body["displayName"]:
            raise InvalidProperty("displayName", "a display name is required")
        if not isinstance(body.get("identifierUris", []), list):
            raise InvalidProperty("identifierUris", "it is no list")
        return self._create_application(body, str(uuid.uuid4()), str(uuid.uuid4()))

    def create_service_principal(self, body: Document) -> Document:
        """Makes an application's service principal; raises InvalidProperty or AlreadyExists."""
        app_id = str(body.get("appId", "")).lower()
        with self._lock:
            applications = self.list(APPLICATIONS, {"appId": app_id})
            if not applications:
                raise InvalidProperty("appId", f"'{app_id}' does not reference a valid application object")
            if self.list(SERVICE_PRINCIPALS, {"appId": app_id}):
                raise AlreadyExists(app_id)
            return self._create_service_principal(applications[0], body, str(uuid.uuid4()))

    def create_managed_identity(
        self, name: str, resource_id: str, object_id: str, *, explicit: bool = False
    ) -> Document:
        """Makes the service principal of a managed identity, unless it is there; it has no application.

        Args:
            name: The resource's own name.
            resource_id: Whose identity it is.
            object_id: What it is known by in role assignments.
            explicit: Whether it is user-assigned, a resource of its own.
        """
        with self._lock:
            known = self._store.get(SERVICE_PRINCIPALS, object_id)
            if known is not None:
                return known
            alternative = [f"isExplicit={explicit}", resource_id]
            template: Document = {
                "appId": str(uuid.uuid4()),
                "displayName": name,
                "identifierUris": [],
                "signInAudience": None,
            }
            body = {"alternativeNames": alternative}
            return self._create_service_principal(template, body, object_id, "ManagedIdentity")

    def remove_principal(self, object_id: str) -> None:
        """Removes the service principal of a managed identity; nothing happens when there is none."""
        self._store.delete(SERVICE_PRINCIPALS, object_id.lower())

    def get(self, collection: str, object_id: str) -> Document:
        """An object by its id; raises ObjectNotFound."""
        document = self._store.get(collection, object_id.lower())
        if document is None:
            raise ObjectNotFound(object_id)
        return document

    def list(self, collection: str, wanted: Document | None = None) -> list[Document]:
        """The objects whose fields have these values, compared whatever the case."""
        return [
            document
            for document in self._store.list(collection)
            if all(str(document.get(name, "")).lower() == str(value).lower() for name, value in (wanted or {}).items())
        ]

    def update(self, collection: str, object_id: str, body: Document) -> None:
        """Changes fields of an object; ids and passwords stay."""
        fixed = {"id", "appId", "passwordCredentials", "createdDateTime", "@odata.type"}
        with self._lock:
            document = self.get(collection, object_id)
            changes = {name: value for name, value in body.items() if name not in fixed}
            self._store.put(collection, document["id"], document | changes)

    def delete(self, collection: str, object_id: str) -> None:
        """Removes an object; an application takes its service principals along. Raises ObjectNotFound."""
        with self._lock:
            document = self.get(collection, object_id)
            if collection == APPLICATIONS:
                for principal in self.list(SERVICE_PRINCIPALS, {"appId": document["appId"]}):
                    self._store.delete(SERVICE_PRINCIPALS, principal["id"])
            self._store.delete(collection, document["id"])

    def add_password(self, collection: str, object_id: str, credential: Document) -> Document:
        """Adds a password that the cloud makes; the answer alone holds its text. Raises InvalidProperty."""
        start = _time(credential, "startDateTime", self._clock.now())
        end = _time(credential, "endDateTime", start + _DEFAULT_LIFETIME)
        if end <= start:
            raise InvalidProperty("endDateTime", "it has to be later than startDateTime")
        text = secrets.token_urlsafe(_SECRET_BYTES)
        shown: Document = {
            "customKeyIdentifier": None,
            "displayName": credential.get("displayName"),
            "endDateTime": _text(end),
            "hint": text[:3],
            "keyId": str(uuid.uuid4()),
            "startDateTime": _text(start),
        }
        with self._lock:
            document = self.get(collection, object_id)
            document["passwordCredentials"].append(
                shown | {_HASH: self._hash(text), _CREATED: _text(self._clock.now())}
            )
            self._store.put(collection, document["id"], document)
        return shown | {"secretText": text}

    def remove_password(self, collection: str, object_id: str, key_id: str) -> None:
        """Removes a password at once; raises InvalidProperty when there is none with this key id."""
        with self._lock:
            document = self.get(collection, object_id)
            kept = [found for found in document["passwordCredentials"] if found["keyId"].lower() != key_id.lower()]
            if len(kept) == len(document["passwordCredentials"]):
                raise InvalidProperty("keyId", f"no password credential found with keyId '{key_id}'")
            document["passwordCredentials"] = kept
            self._store.put(collection, document["id"], document)

    def principal(self, client_id: str) -> Principal | None:
        """The service principal of an application; None when there is none, or none that is known yet (law L3)."""
        found = [known for known in self.list(SERVICE_PRINCIPALS, {"appId": client_id}) if self._is_known(known)]
        return Principal(object_id=found[0]["id"], client_id=found[0]["appId"]) if found else None

    def exists(self, object_id: str) -> bool:
        """Whether there is a service principal with this object id, known by now (law L3)."""
        document = self._store.get(SERVICE_PRINCIPALS, object_id.lower())
        return document is not None and self._is_known(document)

    def authenticate(self, client_id: str, password: str) -> Principal | None:
        """Who signs in with this password, right now; None when it is wrong, expired or removed."""
        return self.principal(client_id) if self.password_state(client_id, password) == "valid" else None

    def password_state(self, client_id: str, password: str) -> str:
        """`valid`, `expired` (or not begun), or `unknown`, as a new one is for the principals' lag (law L3)."""
        digest = self._hash(password)
        now = self._clock.now()
        state = "unknown"
        wanted = {"appId": client_id}
        for owner in (*self.list(APPLICATIONS, wanted), *self.list(SERVICE_PRINCIPALS, wanted)):
            for credential in owner["passwordCredentials"]:
                known = self._clock.principal_is_known(credential.get(_CREATED, credential["startDateTime"]))
                if not known or not hmac.compare_digest(credential[_HASH], digest):
                    continue
                if _parsed(credential["startDateTime"]) <= now < _parsed(credential["endDateTime"]):
                    return "valid"
                state = "expired"
        return state

    def _is_known(self, principal: Document) -> bool:
        is_deployer = principal["id"] == self._settings.object_id
        return is_deployer or self._clock.principal_is_known(principal["createdDateTime"])

    def _register_deployer(self) -> None:
        if self._store.get(SERVICE_PRINCIPALS, self._settings.object_id) is None:
            application = self._create_application(
                {"displayName": "localcloud deployer"}, str(uuid.uuid4()), self._settings.client_id
            )
            self._create_service_principal(application, {}, self._settings.object_id)

    def _create_application(self, body: Document, object_id: str, app_id: str) -> Document:
        document: Document = {
            "signInAudience": "AzureADMyOrg",
            "publisherDomain": "localcloud.onmicrosoft.com",
            "identifierUris": [],
            "tags": [],
            **body,
            "id": object_id,
            "appId": app_id,
            "createdDateTime": _text(self._clock.now()),
            "passwordCredentials": [],
        }
        self._store.put(APPLICATIONS, object_id, document)
        return document

    def _create_service_principal(
        self, application: Document, body: Document, object_id: str, kind: str = "Application"
    ) -> Document:
        document: Document = {
            "accountEnabled": True,
            "tags": [],
            **body,
            "id": object_id,
            "appId": application["appId"],
            "displayName": application["displayName"],
            "appDisplayName": application["displayName"],
            "appOwnerOrganizationId": self._settings.tenant_id,
            "servicePrincipalType": kind,
            "signInAudience": application["signInAudience"],
            "servicePrincipalNames": [application["appId"], *application["identifierUris"]],
            "createdDateTime": _text(self._clock.now()),
            "passwordCredentials": [],
        }
        self._store.put(SERVICE_PRINCIPALS, object_id, document)
        return document

    def _hash(self, password: str) -> str:
        return hmac.new(self._key, password.encode(), hashlib.sha256).hexdigest()


def shown(document: Document) -> Document:
    """An object as Graph shows it: no password can be read back."""
    credentials = [
        {name: value for name, value in credential.items() if name not in _HIDDEN} | {"secretText": None}
        for credential in document["passwordCredentials"]
    ]
    return document | {"passwordCredentials": credentials}


def _time(credential: Document, name: str, default: datetime) -> datetime:
    value: Any = credential.get(name)
    if value is None:
        return default
    try:
        return _parsed(value)
    except (TypeError, ValueError):
        raise InvalidProperty(name, f"'{value}' is no time such as 2027-01-31T00:00:00Z") from None


def _parsed(text: str) -> datetime:
    parsed = datetime.fromisoformat(text)
    return parsed if parsed.tzinfo else parsed.replace(tzinfo=UTC)


def _text(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
