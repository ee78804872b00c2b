#include "teasel/cli/command.hpp"
#include "teasel/study/run_config.hpp"

namespace teasel {
namespace {

struct Arguments {
  std::string file;
  std::vector<std::string> sets;
};

void declare_arguments(Declaration& app, Arguments& a) {
  app.add_option("file", a.file, "configuration, a TOML file").completes(files(".toml"));
  app.add_option("--set", a.sets, "key=value over it, any number of times").completes(settings());
}

const RegisterCommand command{{"config", "check a configuration, or show it with every default filled in",
                               "teasel config show configs/dsprites/factor_vae.toml --set model.gamma=20",
                               [](Declaration& app, const CommonOptions& common) {
                                 auto a = std::make_shared<Arguments>();
                                 Declaration& check =
                                     app.add_subcommand("check", "is everything in it known and in range?",
                                                        "teasel config check configs/dsprites/beta_vae.toml");
                                 Declaration& show =
                                     app.add_subcommand("show", "print it with all defaults",
                                                        "teasel config show configs/dsprites/beta_vae.toml");
                                 declare_arguments(check, *a), declare_arguments(show, *a);
                                 return [a, &check, &common] {
                                   const Value resolved = open_config(read_config(a->file, a->sets)).resolved;
                                   if (check.parsed()) {
                                     if (common.json)
                                       print_json(Value(Value::Table{{"valid", Value(true)}}));
                                     else
                                       print((a->file.empty() ? "the configuration" : a->file) + " is valid\n");
                                   } else if (common.json) {
                                     print_json(resolved);
                                   } else {
                                     print(to_toml(resolved));
                                   }
                                   return 0;
                                 };
                               }}};

}  // namespace
}  // namespace teasel
