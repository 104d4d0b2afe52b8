"""Work around MiniStack (1.5), which stores an event source's maximum concurrency as a string."""

import boto3

from local.places import REGION, Place, client_environment


def set_maximum_concurrency(place: Place) -> None:
    """Set the maximum concurrency of each SQS event source again, as a number."""
    settings = client_environment(place)
    client = boto3.client(
        "lambda",
        endpoint_url=place.endpoint_url,
        region_name=REGION,
        aws_access_key_id=settings["AWS_ACCESS_KEY_ID"],
        aws_secret_access_key=settings["AWS_SECRET_ACCESS_KEY"],
    )
    for source in client.list_event_source_mappings()["EventSourceMappings"]:
        if scaling := source.get("ScalingConfig"):
            client.update_event_source_mapping(
                UUID=source["UUID"], ScalingConfig={"MaximumConcurrency": int(scaling["MaximumConcurrency"])}
            )
