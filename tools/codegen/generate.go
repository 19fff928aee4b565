// SDKs from a Pulumi schema, by the engine's own code generators:
//
//	codegen <nodejs|go|python> <schema.json> <folder>
//
// The official language hosts do the same for `pulumi package add`, but are no Go modules that can be fetched. It is
// built in the module of the engine (tools/pulumi/engine), so that engine and generators are of one version.
package main

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"

	gogen "github.com/pulumi/pulumi/pkg/v3/codegen/go"
	"github.com/pulumi/pulumi/pkg/v3/codegen/nodejs"
	"github.com/pulumi/pulumi/pkg/v3/codegen/python"
	"github.com/pulumi/pulumi/pkg/v3/codegen/schema"
)

const tool = "azureml-scoring tools/codegen"

type generator func(*schema.Package) (map[string][]byte, error)

var generators = map[string]generator{
	"nodejs": func(pkg *schema.Package) (map[string][]byte, error) {
		return nodejs.GeneratePackage(tool, pkg, nil, nil, true, nil)
	},
	"go": func(pkg *schema.Package) (map[string][]byte, error) {
		return gogen.GeneratePackage(tool, pkg, nil)
	},
	"python": func(pkg *schema.Package) (map[string][]byte, error) {
		return python.GeneratePackage(tool, pkg, nil, nil)
	},
}

func main() {
	if len(os.Args) != 4 {
		fail("usage: codegen <nodejs|go|python> <schema.json> <folder>")
	}
	language, source, folder := os.Args[1], os.Args[2], os.Args[3]
	generate, known := generators[language]
	if !known {
		fail("no generator for %q: nodejs, go or python", language)
	}
	files, err := generate(load(source))
	if err != nil {
		fail("%s: %v", language, err)
	}
	for name, content := range files {
		path := filepath.Join(folder, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			fail("%v", err)
		}
		if err := os.WriteFile(path, content, 0o644); err != nil {
			fail("%v", err)
		}
	}
}

// load checks a schema against Pulumi's own rules for schemas; ours names no other package, so nothing loads one.
func load(path string) *schema.Package {
	text, err := os.ReadFile(path)
	if err != nil {
		fail("%v", err)
	}
	var spec schema.PackageSpec
	if err := json.Unmarshal(text, &spec); err != nil {
		fail("%s: %v", path, err)
	}
	pkg, found, err := schema.BindSpec(spec, schema.NewNullLoader(), schema.ValidationOptions{})
	if err != nil {
		fail("%s: %v", path, err)
	}
	if found.HasErrors() {
		fail("%s: %v", path, found)
	}
	// As `pulumi package add` has it: an SDK with its own go.mod, at the module path that the examples import.
	pkg.SupportPack = true
	return pkg
}

func fail(format string, values ...any) {
	fmt.Fprintf(os.Stderr, format+"\n", values...)
	os.Exit(1)
}
