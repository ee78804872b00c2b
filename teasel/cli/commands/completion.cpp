#include "teasel/cli/completion.hpp"

#include "teasel/cli/command.hpp"

namespace teasel {
namespace {

const RegisterCommand command{
    {"completion", "print a script with which bash or zsh completes command lines",
     "teasel completion bash > ~/.local/share/bash-completion/completions/teasel",
     [](Declaration& app, const CommonOptions& common) {
       auto shell = std::make_shared<std::string>();
       app.add_option("shell", *shell, "bash or zsh", one_of({"bash", "zsh"})).required();
       return [shell, &common] {
         const auto declared = declare_program();
         const std::string script =
             *shell == "bash" ? bash_completion(declared->program) : zsh_completion(declared->program);
         if (common.json)
           print_json(Value(Value::Table{{"shell", Value(*shell)}, {"script", Value(script)}}));
         else
           print(script);
         return 0;
       };
     }}};

}  // namespace
}  // namespace teasel
