// The chain from TypeScript: each component takes outputs of the ones before it, one by one.
import * as pulumi from "@pulumi/pulumi";
import { ContainerRegistry, CustomBaseImage, RequirementLevel, ScoringService, Target, Workspace } from "@pulumi/azureml-scoring";

const config = new pulumi.Config();
const resourceGroupName = config.require("resourceGroupName");
const example = "../../diabetes";

const registry = new ContainerRegistry("registry", { resourceGroupName, passwordValidDays: 90 });
const workspace = new Workspace("workspace", { resourceGroupName, containerRegistryId: registry.resourceId });

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
const service = new ScoringService("diabetes", {
    ...images,
    baseImage: base.reference,
    pullUsername: registry.pullUsername,
    pullPassword: registry.pullPassword,
    entryScript: `${example}/score.py`,
    models: [`${example}/model/model.joblib`],
    requirements: `${example}/requirements.txt`,
    environmentVariables: { BASE_DIGEST: base.digest },
    target: Target.ACI,
    aci: { cpu: 1, memoryGb: 1.5 },
    primaryKey: config.requireSecret("primaryKey"),
});

export const scoringUri = service.scoringUri;
export const imageReference = service.imageReference;
export const credentialExpiresOn = registry.credentialExpiresOn;
