"""A deployment of the template with given parameters and a partition, which determine all conditions and rules."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from development.sam_template import template

_NO_VALUE = {"Ref": "AWS::NoValue"}
_PARTITIONS = {
    "cn-": ("aws-cn", "amazonaws.com.cn"),
    "eu-isoe-": ("aws-iso-e", "cloud.adc-e.uk"),
    "eusc-": ("aws-eusc", "amazonaws.eu"),
    "us-gov-": ("aws-us-gov", "amazonaws.com"),
    "us-iso-": ("aws-iso", "c2s.ic.gov"),
    "us-isob-": ("aws-iso-b", "sc2s.sgov.gov"),
    "us-isof-": ("aws-iso-f", "csp.hci.ic.gov"),
}
"""The partition and host name suffix, by region name prefix."""


class Deployment:
    """A deployment whose template functions are evaluated as CloudFormation would, from parameters and the partition.

    References to resources are not resolved.

    Parameters
    ----------
    region
        The region, which also determines the partition.
    account
        The AWS account ID. Local emulators use ``000000000000``.
    parameters
        Parameter values; the others have their defaults.
    """

    def __init__(self, region: str = "eu-central-1", account: str = "123456789012", **parameters: str) -> None:
        defined = template()["Parameters"]
        unknown = parameters.keys() - defined.keys()
        assert not unknown, unknown
        partition, suffix = next(
            (found for prefix, found in _PARTITIONS.items() if region.startswith(prefix)), ("aws", "amazonaws.com")
        )
        self._names: dict[str, Any] = {
            "AWS::Region": region,
            "AWS::Partition": partition,
            "AWS::URLSuffix": suffix,
            "AWS::StackName": "badges",
            "AWS::AccountId": account,
        }
        for name, parameter in defined.items():
            value = str(parameters.get(name, parameter["Default"]))
            self._names[name] = value.split(",") if parameter["Type"] == "CommaDelimitedList" else value

    def properties(self, resource: str) -> dict[str, Any]:
        """Return the properties of a resource."""
        resolved: dict[str, Any] = self.resolve(template()["Resources"][resource]["Properties"])
        return resolved

    def has(self, resource: str) -> bool:
        """Return whether the deployment contains a resource, based on the resource's condition."""
        condition = template()["Resources"][resource].get("Condition")
        return condition is None or self._holds(template()["Conditions"][condition])

    def broken_rules(self) -> Iterator[str]:
        """Yield the descriptions of the assertions that stop this deployment."""
        for rule in template()["Rules"].values():
            if "RuleCondition" not in rule or self._holds(rule["RuleCondition"]):
                for assertion in rule["Assertions"]:
                    if not self._holds(assertion["Assert"]):
                        yield assertion["AssertDescription"]

    def resolve(self, value: Any) -> Any:
        """Return a value with its functions evaluated."""
        match value:
            case {"Fn::If": [condition, yes, no]}:
                return self.resolve(yes if self._holds(template()["Conditions"][condition]) else no)
            case {"Fn::FindInMap": [name, first, second]}:
                return template()["Mappings"][name][self.resolve(first)][self.resolve(second)]
            case {"Ref": str(name)} if name in self._names:
                return self._names[name]
            case {"Fn::Sub": str(text)}:
                filled = re.sub(r"\$\{([\w:]+)\}", lambda found: self._names.get(found[1], found[0]), text)
                return {"Fn::Sub": filled} if "${" in filled else filled
            case Mapping():
                inner = {name: self.resolve(given) for name, given in value.items()}
                return {name: given for name, given in inner.items() if given != _NO_VALUE}
            case list():
                return [given for given in map(self.resolve, value) if given != _NO_VALUE]
        return value

    def _holds(self, condition: Any) -> bool:
        match condition:
            case {"Fn::Equals": [left, right]}:
                return bool(self.resolve(left) == self.resolve(right))
            case {"Fn::Not": [inner]}:
                return not self._holds(inner)
            case {"Fn::And": list(inner)}:
                return all(map(self._holds, inner))
            case {"Fn::Or": list(inner)}:
                return any(map(self._holds, inner))
            case {"Fn::Contains": [members, value]}:
                return self.resolve(value) in members
            case {"Fn::EachMemberEquals": [members, value]}:
                return all(member == value for member in self.resolve(members))
        raise AssertionError(f"this test doesn't support {condition}")
