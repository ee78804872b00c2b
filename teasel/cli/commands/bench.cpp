#include "teasel/study/bench.hpp"

#include <fmt/format.h>

#include <iostream>

#include "teasel/cli/command.hpp"
#include "teasel/cli/run_options.hpp"
#include "teasel/core/error.hpp"
#include "teasel/explore/encode.hpp"
#include "teasel/nn/stride2.hpp"
#include "teasel/report/text_table.hpp"
#include "teasel/study/environment.hpp"
#include "teasel/study/training.hpp"

namespace teasel {
namespace {

struct StepArguments {
  std::string config, model, preset, precision;
  std::vector<std::string> sets;
  int64_t batch = 0, threads = 0, steps = 200, warm_up = 20;
  double gflop = 0;
  bool turns = false;
};

// What a benchmark trains: a file or `--set`s, beta_vae on dSprites where they leave that open.
Value configuration(const StepArguments& a) {
  Value config = read_config(a.config, a.sets);
  auto otherwise = [&](const char* path, const Value& value) {
    if (!config.find(path)) config.set(path, value);
  };
  if (!a.model.empty()) config.set("model.name", Value(a.model));
  if (!a.preset.empty()) config.set("model.preset", Value(a.preset));
  if (!config.find("model")) config.set("model.name", Value("beta_vae"));
  if (!config.find("data")) config.set("data.name", Value("dsprites"));
  if (config.find("model")->as<Value::Table>()) otherwise("model.preset", Value("recommended"));
  if (a.batch > 0) config.set("train.batch_size", Value(a.batch));
  if (a.threads > 0) config.set("train.threads", Value(a.threads));
  if (!a.precision.empty()) config.set("train.precision", Value(a.precision));
  return config;
}

// The time that a step's multiply-adds take at the processor's peak, one by one: algorithms that save multiplications
// (Winograd's) may go below. gflop is 0 where nothing was counted.
struct Floor {
  double gflop = 0;
  ProcessorPeak peak;
  double milliseconds() const { return 1000 * gflop / peak.gflops; }
};

Value description(const StepBench& bench, const Floor& floor) {
  const OpenedConfig& config = bench.config();
  Value out{Value::Table{}};
  out.set("model", config.resolved.text_at("model.name"));
  out.set("data", config.resolved.text_at("data.name"));
  out.set("batch_size", config.train.batch_size);
  out.set("threads", config.train.threads);
  out.set("precision", config.train.precision);
  out.set("convolution_kernels", nn::kernel_name(config.train.network_precision()));
  out.set("peak_gflop_per_second", floor.peak.gflops);
  out.set("peak_instructions", floor.peak.instructions);
  if (floor.gflop > 0) {
    out.set("gflop_per_step", floor.gflop);
    out.set("floor_milliseconds", floor.milliseconds());
  }
  return out;
}

Value result_value(const StepBench::Result& result, int64_t steps, const Floor& floor) {
  Value out{Value::Table{}};
  out.set("steps", steps);
  out.set("step", to_value(result.step));
  out.set("data_path", to_value(result.data));
  out.set("gradients", to_value(result.gradients));
  out.set("update", to_value(result.update));
  out.set("data_path_percent", result.data_share);
  if (floor.gflop > 0) out.set("times_floor", result.step.median / floor.milliseconds());
  out.set("peak_memory_mib", static_cast<double>(peak_memory() >> 20));
  return out;
}

void print_step(const StepBench& bench, const StepBench::Result& result, int64_t steps, const Floor& floor) {
  const OpenedConfig& config = bench.config();
  print(fmt::format("{} on {}, batches of {}, threads: {}, {}; milliseconds of {} steps\n",
                    config.resolved.text_at("model.name"), config.resolved.text_at("data.name"),
                    config.train.batch_size, config.train.threads, config.train.precision, steps));
  Table table{.columns = {{"part"}, {"least"}, {"lower quartile"}, {"median"}, {"upper quartile"}}};
  auto add = [&](const char* name, const Timing& t) {
    table.rows.push_back({name, Cell(t.least, 3), Cell(t.lower, 3), Cell(t.median, 3), Cell(t.upper, 3)});
  };
  add("step", result.step);
  add("data path", result.data);
  add("gradients", result.gradients);
  add("update", result.update);
  print(text_table(table));
  if (floor.gflop > 0)
    print(fmt::format("floor {:.2f} ms: {:.2f} GFLOP at {:.0f} GFLOP/s ({}); the median is {:.2f} times that\n",
                      floor.milliseconds(), floor.gflop, floor.peak.gflops, floor.peak.instructions,
                      result.step.median / floor.milliseconds()));
  print(fmt::format("data path {:.2f} % of the time; peak memory {} MiB\n", result.data_share, peak_memory() >> 20));
}

int run_step(const StepArguments& a, const CommonOptions& common) {
  StepBench bench(configuration(a));
  const TrainOptions& train = bench.config().train;
  const Floor floor{a.gflop > 0 ? a.gflop : bench.gflop(), processor_peak(train.threads, train.precision == "bf16")};
  Value about = description(bench, floor);
  if (a.turns) {
    print(to_json(about) + "\n");
    for (std::string line; std::getline(std::cin, line);)
      print(to_json(result_value(bench.run(a.warm_up, a.steps), a.steps, floor)) + "\n");
    return 0;
  }
  const auto result = bench.run(a.warm_up, a.steps);
  if (common.json) {
    about.set("environment", environment());
    print_json(merge(about, result_value(result, a.steps, floor)));
  } else {
    print_step(bench, result, a.steps, floor);
  }
  return 0;
}

std::function<int()> declare_step(Declaration& app, const CommonOptions& common) {
  auto a = std::make_shared<StepArguments>();
  app.add_option("config", a->config, "configuration, a TOML file; default: beta_vae on dSprites")
      .completes(files(".toml"));
  app.add_option("--model", a->model, "the model, over the configuration").completes(registered<Model>());
  app.add_option("--preset", a->preset, "a preset of the model; default: recommended, where the file has none");
  app.add_option("--set", a->sets, "key=value over the configuration, any number of times").completes(settings());
  app.add_option("--batch", a->batch, "items in a batch, as train.batch_size", between(1, 1 << 20));
  app.add_option("--threads", a->threads, "processor threads, as train.threads", between(1, 1024));
  app.add_option("--precision", a->precision, "fp32 or bf16, as train.precision").completes(words([] {
    return std::vector<std::string>{"fp32", "bf16"};
  }));
  app.add_option("--steps", a->steps, "steps to time", at_least(1));
  app.add_option("--warm-up", a->warm_up, "steps before them", at_least(0));
  app.add_option("--gflop", a->gflop, "what a step asks for; default: counted from shapes, for autoencoders",
                 at_least(0));
  app.add_flag("--turns", a->turns,
               "time a block of steps for every line of standard input and print a line of JSON after each, for "
               "measurements in turn with another program");
  return [a, &common] { return run_step(*a, common); };
}

struct EncodeArguments {
  std::string run, weights = "last";
  int64_t batch = EncodeOptions{}.batch_size, threads = 0, items = 16384, blocks = 5;
  bool turns = false;
};

int run_encode(const EncodeArguments& a, const CommonOptions& common) {
  const LoadedRun run = load_run(a.run, a.weights);
  const int64_t threads = a.threads > 0 ? a.threads : run.config.train.threads;
  prepare_process(threads);
  Value about{Value::Table{{"model", run.config.resolved.text_at("model.name")},
                           {"data", run.config.resolved.text_at("data.name")},
                           {"step", run.step},
                           {"batch_size", a.batch},
                           {"threads", threads},
                           {"convolution_kernels", nn::kernel_name(nn::Precision::single)},
                           {"items", a.items}}};
  int64_t first = 0;
  const auto block = [&] {
    const EncodeBench bench = bench_encode(run, first, a.items, a.batch);
    first += a.items;
    return bench;
  };
  if (a.turns) {
    print(to_json(about) + "\n");
    for (std::string line; std::getline(std::cin, line);) {
      const EncodeBench bench = block();
      print(to_json(Value(
                Value::Table{{"milliseconds", bench.milliseconds}, {"items_per_second", bench.items_per_second}})) +
            "\n");
    }
    return 0;
  }
  std::vector<double> times;
  for (int64_t i = 0; i < a.blocks; ++i) times.push_back(block().milliseconds);
  const Timing timing = timing_of(std::move(times));
  about.set("milliseconds", to_value(timing));
  about.set("items_per_second", 1000 * static_cast<double>(a.items) / timing.median);
  if (common.json) {
    about.set("environment", environment());
    print_json(about);
  } else {
    print(fmt::format(
        "{} on {}, batches of {}, threads: {}; blocks of {} items: median {:.1f} ms, {:.0f} items a second\n",
        about.text_at("model"), about.text_at("data"), a.batch, threads, a.items, timing.median,
        about.number_at("items_per_second")));
  }
  return 0;
}

std::function<int()> declare_encode(Declaration& app, const CommonOptions& common) {
  auto a = std::make_shared<EncodeArguments>();
  app.add_option("run", a->run, "the run folder").required().completes(folders());
  add_weights(app, a->weights);
  app.add_option("--batch", a->batch, "items in a batch", between(1, 1 << 20));
  app.add_option("--threads", a->threads, "processor threads; default: the run's", between(1, 1024));
  app.add_option("--items", a->items, "items in a block that is timed, in their order", between(1, 1 << 30));
  app.add_option("--blocks", a->blocks, "blocks to time", at_least(1));
  app.add_flag("--turns", a->turns,
               "encode a block for every line of standard input and print a line of JSON after each, for measurements "
               "in turn with another program");
  return [a, &common] { return run_encode(*a, common); };
}

struct DataArguments {
  std::string name = "dsprites";
  std::vector<std::string> sets;
  int64_t batch = 64, batches = 2000;
};

int run_data(const DataArguments& a, const CommonOptions& common) {
  Value root = read_config("", a.sets);
  root.set("data.name", Value(a.name));
  const DataBench bench = bench_data(*root.find("data"), a.batch, a.batches);
  if (common.json) {
    Value out{Value::Table{}};
    out.set("data", a.name);
    out.set("batch_size", a.batch);
    out.set("open_milliseconds", bench.open_milliseconds);
    out.set("packed", to_value(bench.packed));
    out.set("widened", to_value(bench.widened));
    out.set("items_per_second", bench.items_per_second);
    out.set("stored_mib", static_cast<double>(bench.stored_bytes) / (1 << 20));
    print_json(out);
    return 0;
  }
  print(fmt::format("{}: opened in {:.0f} ms; {:.0f} MiB; batches of {}, milliseconds each\n", a.name,
                    bench.open_milliseconds, static_cast<double>(bench.stored_bytes) / (1 << 20), a.batch));
  Table table{.columns = {{"gathered"}, {"least"}, {"lower quartile"}, {"median"}, {"upper quartile"}}};
  auto add = [&](const char* name, const Timing& t) {
    table.rows.push_back({name, Cell(t.least, 4), Cell(t.lower, 4), Cell(t.median, 4), Cell(t.upper, 4)});
  };
  add("as stored", bench.packed);
  add("as floats", bench.widened);
  print(text_table(table));
  print(fmt::format("{:.0f} items a second\n", bench.items_per_second));
  return 0;
}

std::function<int()> declare_data(Declaration& app, const CommonOptions& common) {
  auto a = std::make_shared<DataArguments>();
  app.add_option("name", a->name, "the data set").completes(registered<Dataset>());
  app.add_option("--set", a->sets, "data.KEY=VALUE, any number of times").completes(settings());
  app.add_option("--batch", a->batch, "items in a batch", between(1, 1 << 20));
  app.add_option("--batches", a->batches, "batches to time", at_least(1));
  return [a, &common] { return run_data(*a, common); };
}

struct ScoreArguments {
  std::vector<std::string> metrics;
  std::string protocol = "teasel";
  int64_t rows = 10000, repetitions = 3;
  double seconds = 2;
};

int run_scores(const ScoreArguments& a, const CommonOptions& common) {
  const auto list = bench_scores(a.metrics, a.protocol, a.rows, a.repetitions, a.seconds);
  Table table{.columns = {{"metric"}, {"runs"}, {"least, ms"}, {"median, ms"}, {""}}};
  Value::List values;
  for (auto& bench : list) {
    const bool done = bench.refused.empty();
    const double none = std::numeric_limits<double>::quiet_NaN();
    table.rows.push_back({bench.metric, Cell(bench.runs), Cell(done ? bench.timing.least : none, 2),
                          Cell(done ? bench.timing.median : none, 2), bench.refused});
    Value value{Value::Table{{"metric", bench.metric}, {"runs", bench.runs}}};
    value.set(done ? "milliseconds" : "refused", done ? to_value(bench.timing) : Value(bench.refused));
    values.push_back(std::move(value));
  }
  if (common.json)
    print_json(Value(Value::Table{{"protocol", a.protocol}, {"rows", a.rows}, {"metrics", std::move(values)}}));
  else
    print(text_table(table));
  return 0;
}

std::function<int()> declare_scores(Declaration& app, const CommonOptions& common) {
  auto a = std::make_shared<ScoreArguments>();
  app.add_option("--metrics", a->metrics, "which, parted by commas; default: all")
      .parted_by(',')
      .completes(registered<Metric>());
  app.add_option("--protocol", a->protocol, "a protocol's name or file").completes(words(protocol_names));
  app.add_option("--rows", a->rows, "items in the table of codes", between(10, 1 << 24));
  app.add_option("--repetitions", a->repetitions, "of every metric", at_least(1));
  app.add_option("--seconds", a->seconds, "a metric whose runs have taken so long is not run again", between(0, 86400));
  return [a, &common] { return run_scores(*a, common); };
}

const RegisterCommand command{
    {"bench", "time training steps, encoding, gathers of a data set, or metrics",
     "teasel bench step --model factor_vae --threads 2 --json", [](Declaration& app, const CommonOptions& common) {
       Declaration& step = app.add_subcommand("step", "time of a training step, its parts, and the floor below it",
                                              "teasel bench step --model factor_vae --threads 2 --json");
       Declaration& encode = app.add_subcommand("encode", "time of encoding a run's data set",
                                                "teasel bench encode runs/beta6 --threads 2");
       Declaration& data =
           app.add_subcommand("data", "time of gathering random batches", "teasel bench data dsprites --batch 64");
       Declaration& scores = app.add_subcommand("scores", "time of every metric on codes like a model's",
                                                "teasel bench scores --metrics mig,factor_vae_score");
       auto time_step = declare_step(step, common), time_encode = declare_encode(encode, common),
            time_data = declare_data(data, common), time_scores = declare_scores(scores, common);
       return [&step, &encode, &data, time_step, time_encode, time_data, time_scores] {
         return step.parsed()     ? time_step()
                : encode.parsed() ? time_encode()
                : data.parsed()   ? time_data()
                                  : time_scores();
       };
     }}};

}  // namespace
}  // namespace teasel
