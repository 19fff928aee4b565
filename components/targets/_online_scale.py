"""Autoscale of managed deployments: Azure Monitor changes the number of instances; on Kubernetes Azure ML does it."""

from collections.abc import Mapping
from typing import Any

import pulumi
from pulumi_azure_native import machinelearningservices as aml
from pulumi_azure_native import monitor

from .._component import Component
from ._deployment import TargetRequest

_METRIC = "CpuUtilizationPercentage"
_WINDOW = "PT5M"
"""Time that the average is made of: the shortest that Azure Monitor takes."""


def scale_with_load(
    component: Component, name: str, request: TargetRequest, deployment: aml.OnlineDeployment, rules: Mapping[str, Any]
) -> monitor.AutoscaleSetting:
    """Makes the rules of a deployment.

    Args:
        component: Parent of the setting.
        name: Its name's first part.
        request: What is served.
        deployment: The deployment.
        rules: As in `Autoscale`.
    """
    target = int(rules.get("target_cpu_percent", 70))
    low = int(rules.get("scale_in_cpu_percent", target // 2))
    comparison, direction = monitor.ComparisonOperationType, monitor.ScaleDirection
    minimum = str(int(rules["minimum"]))
    pause = f"PT{max(1, int(rules.get('period_seconds', 60)) // 60)}M"
    return monitor.AutoscaleSetting(
        f"{name}-scale",
        resource_group_name=request.workspace_resource_group_name,
        location=deployment.location,
        enabled=True,
        target_resource_uri=deployment.id,
        profiles=[
            monitor.AutoscaleProfileArgs(
                name="load",
                capacity=monitor.ScaleCapacityArgs(
                    minimum=minimum, maximum=str(int(rules["maximum"])), default=minimum
                ),
                rules=[
                    _rule(deployment.id, comparison.GREATER_THAN, target, direction.INCREASE, pause),
                    _rule(deployment.id, comparison.LESS_THAN, low, direction.DECREASE, pause),
                ],
            )
        ],
        tags=request.tags,
        # The old deployment scales on until it goes; the new one scales from the start.
        opts=component.child(replace_on_changes=["targetResourceUri"], delete_before_replace=False),
    )


def _rule(
    deployment_id: pulumi.Output[str],
    operator: monitor.ComparisonOperationType,
    percent: int,
    direction: monitor.ScaleDirection,
    pause: str,
) -> monitor.ScaleRuleArgs:
    return monitor.ScaleRuleArgs(
        metric_trigger=monitor.MetricTriggerArgs(
            metric_name=_METRIC,
            metric_resource_uri=deployment_id,
            operator=operator,
            statistic=monitor.MetricStatisticType.AVERAGE,
            threshold=percent,
            time_aggregation=monitor.TimeAggregationType.AVERAGE,
            time_grain="PT1M",
            time_window=_WINDOW,
        ),
        scale_action=monitor.ScaleActionArgs(
            direction=direction, type=monitor.ScaleType.CHANGE_COUNT, value="1", cooldown=pause
        ),
    )
