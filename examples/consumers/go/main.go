// The chain from Go: each component takes outputs of the ones before it, one by one.
package main

import (
	"example.com/pulumi-azureml-scoring/sdk/go/azuremlscoring"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi/config"
)

const example = "../../diabetes"

func main() {
	pulumi.Run(deploy)
}

func deploy(ctx *pulumi.Context) error {
	settings := config.New(ctx, "")
	group := pulumi.String(settings.Require("resourceGroupName"))

	registry, err := azuremlscoring.NewContainerRegistry(ctx, "registry", &azuremlscoring.ContainerRegistryArgs{
		ResourceGroupName: group,
		PasswordValidDays: pulumi.IntRef(90),
	})
	if err != nil {
		return err
	}
	pull := azuremlscoring.PullModeWORKSPACE
	environments, err := azuremlscoring.NewContainerRegistry(ctx, "environments", &azuremlscoring.ContainerRegistryArgs{
		ResourceGroupName: group,
		Pull:              &pull,
	})
	if err != nil {
		return err
	}
	workspace, err := azuremlscoring.NewWorkspace(ctx, "workspace", &azuremlscoring.WorkspaceArgs{
		ResourceGroupName:   group,
		ContainerRegistryId: environments.ResourceId,
		Connections: map[string]azuremlscoring.RegistryConnectionArgs{
			"images": {LoginServer: registry.LoginServer, Username: registry.PullUsername, Password: registry.PullPassword},
		},
	})
	if err != nil {
		return err
	}
	level := azuremlscoring.RequirementLevelWARNING
	base, err := azuremlscoring.NewCustomBaseImage(ctx, "base", &azuremlscoring.CustomBaseImageArgs{
		ResourceGroupName:         group,
		RegistryName:              registry.Name,
		RegistryResourceGroupName: registry.ResourceGroupName,
		LoginServer:               registry.LoginServer,
		StorageAccountName:        workspace.StorageAccountName,
		Context:                   pulumi.StringRef(example),
		ImageName:                 pulumi.StringRef("diabetes-base"),
		RequirementLevel:          &level,
	})
	if err != nil {
		return err
	}
	digest := map[string]pulumi.StringInput{"BASE_DIGEST": base.Digest}
	target := azuremlscoring.TargetACI
	service, err := azuremlscoring.NewScoringService(ctx, "diabetes", &azuremlscoring.ScoringServiceArgs{
		ResourceGroupName:         group,
		RegistryName:              registry.Name,
		RegistryResourceGroupName: registry.ResourceGroupName,
		LoginServer:               registry.LoginServer,
		StorageAccountName:        workspace.StorageAccountName,
		BaseImage:                 base.Reference,
		PullUsername:              registry.PullUsername,
		PullPassword:              registry.PullPassword,
		EntryScript:               pulumi.StringRef(example + "/score.py"),
		Models:                    []string{example + "/model/model.joblib"},
		Requirements:              pulumi.StringRef(example + "/requirements.txt"),
		EnvironmentVariables:      digest,
		Target:                    &target,
		Aci:                       &azuremlscoring.AciOptionsArgs{Cpu: pulumi.Float64Ref(1), MemoryGb: pulumi.Float64Ref(1.5)},
		PrimaryKey:                settings.RequireSecret("primaryKey"),
	})
	if err != nil {
		return err
	}
	online := azuremlscoring.Target_MANAGED_ENDPOINT
	versions, err := azuremlscoring.NewScoringService(ctx, "versions", &azuremlscoring.ScoringServiceArgs{
		ResourceGroupName:         group,
		RegistryName:              registry.Name,
		RegistryResourceGroupName: registry.ResourceGroupName,
		LoginServer:               registry.LoginServer,
		StorageAccountName:        workspace.StorageAccountName,
		BaseImage:                 base.Reference,
		EntryScript:               pulumi.StringRef(example + "/score.py"),
		Models:                    []string{example + "/model/model.joblib"},
		Requirements:              pulumi.StringRef(example + "/requirements.txt"),
		Target:                    &online,
		WorkspaceName:             workspace.Name,
		Deployments:               map[string]azuremlscoring.ServiceVariantArgs{"blue": {}, "green": {EnvironmentVariables: digest}},
		Traffic:                   map[string]int{"blue": 90, "green": 10},
	})
	if err != nil {
		return err
	}
	ctx.Export("scoringUri", service.ScoringUri)
	ctx.Export("versionsUri", versions.ScoringUri)
	ctx.Export("imageReference", service.ImageReference)
	ctx.Export("credentialExpiresOn", registry.CredentialExpiresOn)
	return nil
}
