#include "teasel/cli/run_options.hpp"

#include "teasel/study/evaluate.hpp"

namespace teasel {

void add_weights(Declaration& app, std::string& weights) {
  app.add_option("--weights", weights, "of the last or the best checkpoint, as trained or averaged",
                 one_of(weight_names));
}

void add_split(Declaration& app, std::string& split) {
  app.add_option("--split", split, "which items").completes(words([] {
    return std::vector<std::string>{"all", "train", "test", "validation"};
  }));
}

}  // namespace teasel
