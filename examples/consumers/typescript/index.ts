// The chain from TypeScript: each component takes outputs of the ones before it, one by one.
import * as pulumi from "@pulumi/pulumi";
import { ContainerRegistry, CustomBaseImage, PullMode, RequirementLevel, ScoringService, Target, Workspace } from "@pulumi/azureml-scoring";

const config = new pulumi.Config();
const resourceGroupName = config.require("resourceGroupName");
const example = "../../diabetes";

const registry = new ContainerRegistry("registry", { resourceGroupName, passwordValidDays: 90 });
const environments = new ContainerRegistry("environments", { resourceGroupName, pull: PullMode.WORKSPACE });
const workspace = new Workspace("workspace", {
    resourceGroupName,
    containerRegistryId: environments.resourceId,
    connections: {
        images: {
            loginServer: registry.loginServer,
            username: registry.pullUsername,
            password: registry.pullPassword,
        },
    },
});

const images = {
    resourceGroupName,
    registryName: registry.name,
    registryResourceGroupName: registry.resourceGroupName,
    loginServer: registry.loginServer,
    storageAccountName: workspace.storageAccountName,
};
const base = new CustomBaseImage("base", {
    ...images,
    context: example,
    imageName: "diabetes-base",
    requirementLevel: RequirementLevel.WARNING,
});

const model = {
    baseImage: base.reference,
    entryScript: `${example}/score.py`,
    models: [`${example}/model/model.joblib`],
    requirements: `${example}/requirements.txt`,
};
const service = new ScoringService("diabetes", {
    ...images,
    ...model,
    pullUsername: registry.pullUsername,
    pullPassword: registry.pullPassword,
    environmentVariables: { BASE_DIGEST: base.digest },
    target: Target.ACI,
    aci: { cpu: 1, memoryGb: 1.5 },
    primaryKey: config.requireSecret("primaryKey"),
});
const versions = new ScoringService("versions", {
    ...images,
    ...model,
    target: Target.MANAGED_ENDPOINT,
    workspaceName: workspace.name,
    deployments: { blue: {}, green: { environmentVariables: { BASE_DIGEST: base.digest } } },
    traffic: { blue: 90, green: 10 },
});

export const scoringUri = service.scoringUri;
export const versionsUri = versions.scoringUri;
export const imageReference = service.imageReference;
export const credentialExpiresOn = registry.credentialExpiresOn;
