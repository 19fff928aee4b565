"""`GET /metadata/endpoints?api-version=2022-09-01`, as azure-native, azuread and the Azure SDKs read it."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from localcloud.control.tokens import OWNER_AUDIENCE

if TYPE_CHECKING:
    from starlette.requests import Request

    from localcloud.cloud import Cloud


def routes(cloud: Cloud) -> list[BaseRoute]:
    """The one route."""
    return [Route("/metadata/endpoints", partial(_endpoints, cloud), methods=["GET"])]


async def _endpoints(cloud: Cloud, request: Request) -> Response:
    """From 2022-09-01 on one object, before a list of clouds."""
    document = endpoints(cloud)
    is_list = request.query_params.get("api-version", "") < "2022-09-01"
    return JSONResponse([document] if is_list else document)


def endpoints(cloud: Cloud) -> dict[str, Any]:
    """This cloud's endpoints: all of them are the control plane."""
    url = cloud.url
    return {
        "name": "localcloud",
        "portal": url,
        "authentication": {
            "loginEndpoint": url,
            "audiences": [url, f"{url}/", OWNER_AUDIENCE],
            "tenant": cloud.settings.tenant_id,
            "identityProvider": "AAD",
        },
        "graphAudience": url,
        "graph": url,
        "microsoftGraphResourceId": url,
        "resourceManager": url,
        "activeDirectoryDataLake": url,
        "batch": url,
        "media": url,
        "sqlManagement": url,
        "gallery": url,
        "vmImageAliasDoc": url,
        "suffixes": {
            "acrLoginServer": "localhost",
            "storage": "localhost",
            "keyVaultDns": "localhost",
            "sqlServerHostname": "localhost",
        },
    }
