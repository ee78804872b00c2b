#include "teasel/cli/command.hpp"
#include "teasel/core/error.hpp"
#include "teasel/study/pictures.hpp"

namespace teasel {
namespace {

struct Arguments {
  std::string run, from = "both", out;
  PictureOptions options;
};

const RegisterCommand command{
    {"traverse", "draw what each latent does",
     "teasel traverse runs/beta6 --from posterior --item 300000 --low -3 --high 3 --steps 11",
     [](Declaration& app, const CommonOptions& common) {
       auto a = std::make_shared<Arguments>();
       app.add_option("run", a->run, "the run folder").required().completes(folders());
       app.add_option("--from", a->from, "what the other latents keep", one_of({"prior", "posterior", "both"}));
       app.add_option("--item", a->options.item,
                      "the item whose posterior is the anchor; default: the middle of the factors", at_least(0));
       app.add_option("--low", a->options.traverse.low, "first value of the latent");
       app.add_option("--high", a->options.traverse.high, "last value of the latent");
       app.add_option("--steps", a->options.traverse.steps, "values in between, both ends counted", between(1, 1000));
       app.add_option("--out", a->out, "folder for the PNG files; default: RUN/images").completes(folders());
       return [a, &common] {
         const LoadedRun run = load_run(a->run);
         if (a->options.item >= run.config.data->spec().size)
           throw Error("there is no item " + std::to_string(a->options.item),
                       "Items are 0 to " + std::to_string(run.config.data->spec().size - 1) + ".");
         if (!a->out.empty() && std::filesystem::exists(a->out) && !std::filesystem::is_directory(a->out))
           throw Error("'" + a->out + "' is no folder", "Choose another folder with --out.");
         const Codes codes = codes_of(run);
         std::vector<RunPicture> pictures;
         if (a->from != "posterior") pictures.push_back(prior_traversal(run, codes, a->options));
         if (a->from != "prior") pictures.push_back(posterior_traversal(run, codes, a->options));
         const std::filesystem::path folder = a->out.empty() ? run.folder.images() : std::filesystem::path(a->out);
         std::filesystem::create_directories(folder);
         Value::List files;
         for (auto& picture : pictures) {
           const auto file = folder / (picture.stem + ".png");
           write_png(file, draw_grid(picture.grid));
           files.emplace_back(file.string());
           if (!common.json) print(file.string() + "\n");
         }
         if (common.json) print_json(Value(Value::Table{{"images", Value(std::move(files))}}));
         return 0;
       };
     }}};

}  // namespace
}  // namespace teasel
