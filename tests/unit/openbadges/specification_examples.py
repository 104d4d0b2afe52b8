"""Documents based on the examples in each Open Badges specification, with the section of each."""

from typing import Any

# 0.5: Mozilla backpack wiki, "Assertions" as of the beta ("Old assertions": badge inline, recipient as text).
ASSERTION_0_5: dict[str, Any] = {
    "recipient": "sha256$2ad891a61112bb953171416acc9cfe2484d59a45a3ed574a1ca93b47d07629fe",
    "salt": "hashbrowns",
    "evidence": "/badges/html5-basic/bimmy",
    "expires": "2013-06-01",
    "issued_on": "2011-06-01",
    "badge": {
        "version": "0.5.0",
        "name": "HTML5 Fundamental",
        "image": "/img/html5-basic.png",
        "description": "Knows the difference between a <section> and an <article>",
        "criteria": "/badges/html5-basic",
        "issuer": {"origin": "http://p2pu.example", "name": "P2PU", "contact": "admin@p2pu.example"},
    },
}

# 1.0: openbadges-specification/Assertion/latest.md, "Badge Assertion", "Badge Class" (examples).
ASSERTION_1_0: dict[str, Any] = {
    "uid": "f2c20",
    "recipient": {
        "type": "email",
        "hashed": True,
        "salt": "deadsea",
        "identity": "sha256$c7ef86405ba71b85acd8e2e95166c4b111448089f2e1599f42fe1bba46e865c5",
    },
    "image": "https://example.org/beths-robot-badge.png",
    "evidence": "https://example.org/beths-robot-work.html",
    "issuedOn": 1359217910,
    "badge": "https://example.org/robotics-badge.json",
    "verify": {"type": "hosted", "url": "https://example.org/beths-robotics-badge.json"},
}
BADGE_CLASS_1_0: dict[str, Any] = {
    "name": "Awesome Robotics Badge",
    "description": "For doing awesome things with robots that people think is pretty great.",
    "image": "https://example.org/robotics-badge.png",
    "criteria": "https://example.org/robotics-badge.html",
    "tags": ["robots", "awesome"],
    "issuer": "https://example.org/organization.json",
    "alignment": [
        {
            "name": "CCSS.ELA-Literacy.RST.11-12.3",
            "url": "http://www.corestandards.org/ELA-Literacy/RST/11-12/3",
            "description": "Follow precisely a complex multistep procedure.",
        }
    ],
}

# 1.1: openbadgespec.org 1.1, "Assertion", "BadgeClass": the same with @context, id, and type.
ASSERTION_1_1: dict[str, Any] = ASSERTION_1_0 | {
    "@context": "https://w3id.org/openbadges/v1",
    "id": "https://example.org/beths-robotics-badge.json",
    "type": "Assertion",
}
BADGE_CLASS_1_1: dict[str, Any] = BADGE_CLASS_1_0 | {
    "@context": "https://w3id.org/openbadges/v1",
    "id": "https://example.org/robotics-badge.json",
    "type": "BadgeClass",
}

# 2.0: Open Badges 2.0, "Assertion" and "BadgeClass" (examples), "Alignment", "Criteria".
BADGE_CLASS_2_0: dict[str, Any] = {
    "@context": "https://w3id.org/openbadges/v2",
    "type": "BadgeClass",
    "id": "https://example.org/robotics-badge.json",
    "name": "Awesome Robotics Badge",
    "description": "For doing awesome things with robots that people think is pretty great.",
    "image": {"id": "https://example.org/robotics-badge.png"},
    "criteria": {
        "id": "https://example.org/robotics-badge.html",
        "narrative": "Students *build* a robot.",
    },
    "tags": ["robots", "awesome"],
    "issuer": "https://example.org/organization.json",
    "alignment": [
        {
            "targetName": "CCSS.ELA-Literacy.RST.11-12.3",
            "targetUrl": "http://www.corestandards.org/ELA-Literacy/RST/11-12/3",
            "targetDescription": "Follow precisely a complex multistep procedure.",
            "targetFramework": "CCSS English Language Arts",
            "targetCode": "CCSS.ELA-Literacy.RST.11-12.3",
        },
    ],
}
ASSERTION_2_0: dict[str, Any] = {
    "@context": "https://w3id.org/openbadges/v2",
    "type": "Assertion",
    "id": "https://example.org/beths-robotics-badge.json",
    "recipient": {
        "type": "email",
        "hashed": True,
        "salt": "deadsea",
        "identity": "sha256$ecf5409f3f4b91ab60cc5ef4c02aef7032354375e70cf4d8e43f6a1d29891942",
    },
    "image": "https://example.org/beths-robot-badge.png",
    "evidence": "https://example.org/beths-robot-work.html",
    "issuedOn": "2016-12-31T23:59:59Z",
    "expires": "2017-06-30T23:59:59Z",
    "badge": "https://example.org/robotics-badge.json",
    "verification": {"type": "hosted"},
}
# 2.0, "CryptographicKey" and "SignedBadge".
KEY_2_0: dict[str, Any] = {
    "@context": "https://w3id.org/openbadges/v2",
    "type": "CryptographicKey",
    "id": "https://example.org/publicKey.json",
    "owner": "https://example.org/organization.json",
    "publicKeyPem": "",
}
SIGNED_ASSERTION_2_0: dict[str, Any] = ASSERTION_2_0 | {
    "id": "urn:uuid:a953081a-4bbc-4927-b653-7219bca00e3b",
    "badge": BADGE_CLASS_2_0,
    "verification": {"type": "SignedBadge", "creator": "https://example.org/publicKey.json"},
}

# 3.0: section 5 (Document Formats, example 1), B.1.2 (Achievement), B.3 (Alignment).
ACHIEVEMENT_3_0: dict[str, Any] = {
    "id": "https://example.com/achievements/21st-century-skills/teamwork",
    "type": ["Achievement"],
    "name": "Teamwork",
    "description": "This badge recognizes the development of the capacity to collaborate within a group environment.",
    "criteria": {"narrative": "Team members are nominated for this badge by their peers."},
    "image": {"id": "https://example.com/achievements/teamwork.png", "type": "Image"},
    "tag": ["teamwork"],
    "alignment": [
        {
            "type": ["Alignment"],
            "targetCode": "12345",
            "targetDescription": "Collaborates",
            "targetName": "Collaboration",
            "targetFramework": "P21",
            "targetUrl": "https://example.com/frameworks/p21/12345",
        }
    ],
}
CREDENTIAL_3_0: dict[str, Any] = {
    "@context": [
        "https://www.w3.org/ns/credentials/v2",
        "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json",
    ],
    "id": "http://example.edu/credentials/3732",
    "type": ["VerifiableCredential", "OpenBadgeCredential"],
    "issuer": {"id": "https://example.edu/issuers/565049", "type": ["Profile"], "name": "Example University"},
    "validFrom": "2010-01-01T00:00:00Z",
    "name": "Example University Degree",
    "credentialSubject": {
        "id": "did:example:ebfeb1f712ebc6f1c276e12ec21",
        "type": ["AchievementSubject"],
        "achievement": ACHIEVEMENT_3_0,
    },
}
PROOF_3_0: dict[str, Any] = {
    "type": "DataIntegrityProof",
    "created": "2023-09-07T13:59:00Z",
    "verificationMethod": "https://example.edu/issuers/565049#z6Mkj7g2APpB4BHdDygq1WUYZLQ8RMDFQhVNXFgX82RsJm59",
    "cryptosuite": "eddsa-rdfc-2022",
    "proofPurpose": "assertionMethod",
    "proofValue": "zfD2iMr6n86s7q5VGGvw84MgY96Jq3K6nqKvdZkjEoBFSbqBkLZqcATKsQSAv4zERUeE3UhGG3rs1xW18n5ycw1q",
}
