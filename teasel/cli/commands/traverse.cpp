#include <cmath>
#include <limits>
#include <map>

#include "teasel/cli/command.hpp"
#include "teasel/cli/run_options.hpp"
#include "teasel/core/error.hpp"
#include "teasel/core/file.hpp"
#include "teasel/study/pictures.hpp"

namespace teasel {
namespace {

namespace fs = std::filesystem;

const std::map<std::string, TraverseMode> modes{
    {"absolute", TraverseMode::absolute}, {"additive", TraverseMode::additive}, {"quantile", TraverseMode::quantile}};
constexpr double not_given = std::numeric_limits<double>::quiet_NaN();

struct Arguments {
  std::string run, style, mode, from, out, weights = "last";
  double low = not_given, high = not_given;
  int64_t steps = 0, seed = 0;  // no steps: not given
  std::vector<std::string> pair;
  bool open_end = false, sample = false, viridis = false;
  PictureOptions pictures;
};

template <class T>
std::vector<std::string> keys_of(const std::map<std::string, T>& map) {
  std::vector<std::string> keys;
  for (auto& [key, value] : map) keys.push_back(key);
  return keys;
}

std::vector<std::string> style_names() {
  std::vector<std::string> names;
  for (auto& style : traverse_styles()) names.push_back(style.name);
  return names;
}

std::string styles_text() {
  std::string text = "a published way, which the options below may change:";
  for (auto& style : traverse_styles()) text += " " + style.name + " (" + style.source + "),";
  text.back() = '.';
  return text;
}

// The style with what was said besides it.
void settle(Arguments& a) {
  PictureOptions& p = a.pictures;
  if (!a.style.empty()) {
    const TraverseStyle& style = traverse_style(a.style);
    p.from = style.from, p.traverse = style.options;
  }
  if (!a.mode.empty()) {
    p.traverse.mode = modes.at(a.mode);
    const bool ends = !std::isnan(a.low) || !std::isnan(a.high);
    if (p.traverse.mode == TraverseMode::quantile && !ends && a.style.empty())
      p.traverse.low = 0.05, p.traverse.high = 0.95;
  }
  if (a.from == "prior") p.from = TraverseFrom::prior_mean;
  if (a.from == "posterior") p.from = TraverseFrom::posterior_mean;
  if (!std::isnan(a.low)) p.traverse.low = a.low;
  if (!std::isnan(a.high)) p.traverse.high = a.high;
  if (a.steps > 0) p.traverse.steps = a.steps;
  if (a.open_end) p.traverse.open_end = true;
  if (a.viridis) p.colours = Colours::viridis;
  p.seed = static_cast<uint64_t>(a.seed);
  traverse_values(p.traverse);  // an Error for ends that are none, before the run is read
  if (!a.pair.empty() && a.pair.size() != 2)
    throw Error("--pair names two latents, and here are " + std::to_string(a.pair.size()), "For example --pair z0,z3.");
  if (!a.pair.empty() && fs::path(a.out).extension() == ".gif")
    throw Error("a grid over two latents does not move, so it is no GIF", "Give --out a name that ends in .png.");
}

bool is_file(const fs::path& out) { return out.extension() == ".png" || out.extension() == ".gif"; }

RunPicture picture_of(const LoadedRun& run, const Codes& codes, const Arguments& a, const PictureOptions& options,
                      bool moving) {
  if (!a.pair.empty()) return pair_picture(run, a.pair[0], a.pair[1], options);
  return moving ? traversal_animation(run, codes, options) : traversal_picture(run, codes, options);
}

// What to start from. Without a word on it a folder gets the pictures of prior and posterior, and one file the prior's
// where there is one.
std::vector<TraverseFrom> starts_of(const LoadedRun& run, const Arguments& a) {
  using enum TraverseFrom;
  const bool prior = run.config.model->latents().prior, said = !a.from.empty() || !a.style.empty();
  std::vector<TraverseFrom> starts{prior_mean, posterior_mean};
  if (a.from == "both" && is_file(a.out))
    throw Error("one file holds one traversal", "Give --from prior or --from posterior, or a folder as --out.");
  if (said && a.from != "both") starts = {a.pictures.from};
  if (!said && !prior) starts = {posterior_mean};
  if (!said && prior && is_file(a.out)) starts = {prior_mean};
  if (a.sample)
    for (auto& start : starts) start = start == prior_mean ? prior_sample : posterior_sample;
  return starts;
}

std::vector<std::pair<fs::path, RunPicture>> draw(const LoadedRun& run, const Codes& codes, const Arguments& a) {
  const auto from = starts_of(run, a);
  std::vector<std::pair<fs::path, RunPicture>> out;
  for (TraverseFrom start : from) {
    PictureOptions options = a.pictures;
    options.from = start;
    RunPicture picture = picture_of(run, codes, a, options, fs::path(a.out).extension() == ".gif");
    fs::path file = is_file(a.out)
                        ? fs::path(a.out)
                        : (a.out.empty() ? run.folder.images() : fs::path(a.out)) / (run.named(picture.stem) + ".png");
    out.emplace_back(std::move(file), std::move(picture));
  }
  return out;
}

int traverse_run(Arguments a, const CommonOptions& common) {
  settle(a);
  const LoadedRun run = load_run(a.run, a.weights);
  run.config.data->spec().check_items(a.pictures.items);
  if (is_file(a.out))
    check_place(a.out);
  else if (!a.out.empty() && fs::exists(a.out) && !fs::is_directory(a.out))
    throw Error("'" + a.out + "' is no folder",
                "Choose another folder with --out, or a name that ends in .png or .gif.");
  const auto pictures = draw(run, codes_of(run), a);
  Value::List files;
  for (auto& [file, picture] : pictures) {
    if (!is_file(a.out)) fs::create_directories(file.parent_path());
    write_picture(file, picture);
    files.emplace_back(file.string());
    if (!common.json) print(file.string() + "\n");
  }
  if (common.json) print_json(Value(Value::Table{{"images", Value(std::move(files))}}));
  return 0;
}

void declare_values(Declaration& app, Arguments& a) {
  app.add_option(
      "--mode", a.mode,
      "absolute: the latent is set to LOW to HIGH (-2 to 2); additive: LOW to HIGH is added; quantile: it is "
      "set to the prior's quantiles at LOW to HIGH (.05 to .95)",
      one_of(keys_of(modes)));
  app.add_option("--low", a.low, "first value, offset or probability");
  app.add_option("--high", a.high, "last value, offset or probability");
  app.add_option("--steps", a.steps, "values in between, both ends counted; default: 9", between(1, 1000));
  app.add_flag("--open-end", a.open_end, "end one step before HIGH");
}

void declare_looks(Declaration& app, Arguments& a) {
  app.add_flag("--bounce", a.pictures.bounce, "animations run back again");
  app.add_flag("--viridis", a.viridis, "show grey images in the colours of viridis");
  app.add_option("--out", a.out, "a .png of strips, a .gif that moves, or a folder for PNG files; default: RUN/images")
      .completes(files());
}

const RegisterCommand command{
    {"traverse", "draw what each latent does",
     "teasel traverse runs/beta6 --from posterior --item 300000 --low -3 --high 3 --steps 11 --out beta6.gif",
     [](Declaration& app, const CommonOptions& common) {
       auto a = std::make_shared<Arguments>();
       app.add_option("run", a->run, "the run folder").required().completes(folders());
       app.add_option("--style", a->style, styles_text(), one_of(style_names()));
       app.add_option("--from", a->from, "whose mean the other latents keep; default: both",
                      one_of({"prior", "posterior", "both"}));
       app.add_flag("--sample", a->sample, "a draw instead of the mean");
       app.add_option("--item", a->pictures.items,
                      "items whose posteriors are anchors; default: one of each shape of dSprites, the middle of other "
                      "data's factors",
                      at_least(0))
           .parted_by(',');
       declare_values(app, *a);
       app.add_option("--latents", a->pictures.latents, "only these, in this order (z3,z0); default: all by falling KL")
           .parted_by(',');
       app.add_option("--pair", a->pair, "a grid over two latents, from row to row and from column to column (z3,z0)")
           .parted_by(',');
       app.add_option("--seed", a->seed, "of the draws", at_least(0));
       add_weights(app, a->weights);
       declare_looks(app, *a);
       return [a, &common] { return traverse_run(*a, common); };
     }}};

}  // namespace
}  // namespace teasel
