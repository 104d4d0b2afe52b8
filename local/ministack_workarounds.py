"""Work around parts of the template that MiniStack 1.5 deploys incorrectly."""

from typing import Any

import boto3

from local.places import REGION, STACK_NAME, Place, client_environment

_GATEWAY_RESPONSES = "x-amazon-apigateway-gateway-responses"


def put_gateway_responses(place: Place, api_id: str, stage_name: str) -> None:
    """Set the API's gateway responses, such as the response to an invalid token.

    MiniStack ignores the gateway responses in the API definition.
    """
    template = _client(place, "cloudformation").get_template(StackName=STACK_NAME, TemplateStage="Processed")
    gateway = _client(place, "apigateway")
    for resource in template["TemplateBody"]["Resources"].values():
        if resource["Type"] == "AWS::ApiGateway::RestApi":
            for response_type, response in resource["Properties"]["Body"].get(_GATEWAY_RESPONSES, {}).items():
                settings = {name: value for name, value in response.items() if name != "statusCode"}
                if "statusCode" in response:
                    settings["statusCode"] = str(response["statusCode"])
                gateway.put_gateway_response(restApiId=api_id, responseType=response_type, **settings)
    gateway.create_deployment(restApiId=api_id, stageName=stage_name)


def set_maximum_concurrency(place: Place) -> None:
    """Convert the maximum concurrency of each SQS event source to a number, because MiniStack stores it as a string."""
    client = _client(place, "lambda")
    for source in client.list_event_source_mappings()["EventSourceMappings"]:
        if scaling := source.get("ScalingConfig"):
            client.update_event_source_mapping(
                UUID=source["UUID"], ScalingConfig={"MaximumConcurrency": int(scaling["MaximumConcurrency"])}
            )


def _client(place: Place, service: Any) -> Any:
    settings = client_environment(place)
    return boto3.client(
        service,
        endpoint_url=place.endpoint_url,
        region_name=REGION,
        aws_access_key_id=settings["AWS_ACCESS_KEY_ID"],
        aws_secret_access_key=settings["AWS_SECRET_ACCESS_KEY"],
    )
