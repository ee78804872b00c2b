// DCI-ES explicitness (Eastwood et al. 2023, "DCI-ES: an extended disentanglement framework with connections to
// identifiability", section 4.2, with the formulas of the authors' code): probes of growing capacity predict each
// factor; a code is explicit where small ones are as good as large ones.
//
// For each factor the losses on items to test on (1 - accuracy, or 1 - R^2 for continuous factors), their running
// minimum over capacity, and the area A between this curve and its own minimum (trapezoid rule over the logarithm of
// the number of parameters); E = 1 - A / (0.5 * width of the curve * baseline loss), where the baseline knows only the
// classes' number (1 - 1 / #classes; 1 for continuous factors), and the mean over factors. Size is D / K, the number of
// latents for each factor.
//
// Range: up to 1; 1 for a flat curve, which noise has too: read it beside dci.informativeness or `best_loss`. Factors
// that are nuisances or constant are left out. The interval is for other items to judge by; the probes stay.
//
// Use it beside `dci`, where two codes are equally informative and the question is which of them a small predictor can
// read.
//
// Criticism: the curve depends on the family of probes and on how long they train, more than on the codes where all
// probes are good; a code that tells nothing has a flat curve, too.
//
// detail: capacity [probes] (parameters of a probe for a factor with two classes), loss [probes, factors] (before the
// running minimum; 0 for factors that were left out), explicitness [factors], best_loss [factors], factors_used (factor
// numbers).
#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "teasel/metrics/metric.hpp"
#include "teasel/metrics/predictor.hpp"
#include "teasel/stats/columns.hpp"
#include "teasel/stats/logistic_regression.hpp"
#include "teasel/stats/perceptron.hpp"
#include "teasel/stats/random_features.hpp"
#include "teasel/stats/scaling.hpp"

namespace teasel {
namespace {

struct DciEsOptions {
  std::string probe = "perceptron";
  std::vector<int64_t> capacities = {0, 4, 16, 64};
  int64_t hidden_layers = 1, train = 5000, test = 5000, epochs = 20, batch = 250;
  double learning_rate = 0.02, sigma = 0.08;

  void describe(Fields& f) {
    f.field("probe", probe, "perceptrons, or linear models of random Fourier features",
            one_of({"perceptron", "random_features"}));
    f.field("capacities", capacities, "widths of the hidden layers (0: a linear probe), or numbers of features; rising",
            at_least(0));
    f.field("hidden_layers", hidden_layers, "hidden layers of a perceptron", between(1, 8));
    f.field("train", train, "items to learn from", at_least(1));
    f.field("test", test, "further items to be judged on", at_least(1));
    f.field("epochs", epochs, "the most passes over the items; fewer where the fit stops improving", at_least(1));
    f.field("batch", batch, "items in one step of Adam", at_least(1));
    f.field("learning_rate", learning_rate, "of Adam", at_least(0));
    f.field("sigma", sigma, "standard deviation of the frequencies of random features", at_least(0));
  }
};

// One factor's items, scaled by those to learn from.
struct Task {
  int64_t factor = 0, d = 0, classes = 0;  // 0 classes: continuous
  std::vector<double> train, test;
  std::vector<int32_t> train_labels, test_labels;
  std::vector<float> train_values, test_values;
  std::vector<int32_t> group;  // of each item to test on, for the interval
};

class DciEs : public Metric {
 public:
  using Options = DciEsOptions;
  DciEs(Options options, const Setup&) : o_(std::move(options)) {
    if (o_.capacities.size() < 2 || !std::ranges::is_sorted(o_.capacities, std::less_equal()))
      throw Error("dci_es.capacities has to name at least two capacities, rising", "For instance [0, 4, 16, 64].");
    if (o_.probe == "random_features" &&
        std::ranges::any_of(o_.capacities, [](int64_t c) { return c < 2 || c % 2 != 0; }))
      throw Error("dci_es.capacities: random features come in pairs of a cosine and a sine",
                  "Take even numbers from 2, such as [16, 64, 256].");
  }

  Expected expected() const override {
    return {.better = Expected::Better::neither,
            .low = -1,
            .unchanged = {.order = false},
            .ranges = {{"dci_es.size", {0, std::numeric_limits<double>::infinity()}}}};
  }
  Needs needs() const override { return {}; }
  bool slow() const override { return true; }

  Score compute(Evidence& evidence, uint64_t seed) const override {
    const auto tables = train_test(evidence, o_.train, o_.test, Stream(seed, "dci_es"));
    const auto tasks = tasks_of(tables, Stream(seed, "dci_es/groups"));
    if (tasks.empty()) throw Error("dci_es needs a factor that varies, and these codes have none");
    const auto probes = static_cast<int64_t>(o_.capacities.size());
    // One probe is too small to be worth two threads; all of them are not. The large ones first.
    std::vector<GroupedShare> losses(tasks.size() * probes);
#pragma omp parallel for schedule(dynamic)
    for (int64_t job = 0; job < static_cast<int64_t>(losses.size()); ++job) {
      const int64_t t = job % static_cast<int64_t>(tasks.size()),
                    p = probes - 1 - job / static_cast<int64_t>(tasks.size());
      losses[t * probes + p] = loss_of(tasks[t], o_.capacities[p], seed);
    }
    Score score = judged(tasks, losses, tables.train.k);
    score.samples = tables.train.n + tables.test.n;
    return score;
  }

 private:
  static std::vector<Task> tasks_of(const TrainTest& tables, const Stream& groups) {
    std::vector<Task> tasks;
    for (int64_t factor = 0; factor < tables.train.k; ++factor) {
      Task task = task_of(tables, factor);
      if (!varies(task)) continue;
      task.factor = factor;
      task.group = item_groups(tables.test, factor, groups);
      tasks.push_back(std::move(task));
    }
    return tasks;
  }

  // losses: [tasks, probes].
  Score judged(const std::vector<Task>& tasks, const std::vector<GroupedShare>& losses, int64_t factors) const {
    const auto probes = static_cast<int64_t>(o_.capacities.size());
    Score score;
    auto& detail = score.detail;
    detail["loss"].assign(probes * factors, 0);
    for (auto* name : {"explicitness", "best_loss"}) detail[name].assign(factors, 0);
    GroupedShare mean;
    for (size_t t = 0; t < tasks.size(); ++t) {
      const int64_t factor = tasks[t].factor;
      const std::vector<GroupedShare> loss(losses.begin() + t * probes, losses.begin() + (t + 1) * probes);
      const GroupedShare here = explicitness_of(tasks[t], loss);
      for (int64_t p = 0; p < probes; ++p) detail["loss"][p * factors + factor] = loss[p].all;
      detail["explicitness"][factor] = here.all;
      detail["best_loss"][factor] = std::ranges::min_element(loss, {}, &GroupedShare::all)->all;
      detail["factors_used"].push_back(static_cast<double>(factor));
      mean.add(here, 1 / static_cast<double>(tasks.size()));
    }
    Task two_classes;
    two_classes.d = tasks[0].d, two_classes.classes = 2;
    for (const auto size : o_.capacities)
      detail["capacity"].push_back(static_cast<double>(parameters(two_classes, size)));
    const double size = static_cast<double>(tasks[0].d) / static_cast<double>(tasks.size());
    score.outputs = {mean.output("dci_es.explicitness"), {"dci_es.size", size, size, size}};
    return score;
  }

  // 1 less the area above the best loss, as a share of half a rectangle of the baseline's height.
  static double explicitness(const std::vector<double>& capacity, std::vector<double> loss, double baseline) {
    for (size_t i = 1; i < loss.size(); ++i) loss[i] = std::min(loss[i], loss[i - 1]);
    double area = 0;
    for (size_t i = 1; i < loss.size(); ++i)
      area += (capacity[i] - capacity[i - 1]) * (loss[i] + loss[i - 1] - 2 * loss.back()) / 2;
    return 1 - area / (0.5 * (capacity.back() - capacity.front()) * baseline);
  }

  GroupedShare explicitness_of(const Task& task, const std::vector<GroupedShare>& loss) const {
    std::vector<double> capacity;
    for (const auto size : o_.capacities) capacity.push_back(std::log(static_cast<double>(parameters(task, size))));
    const double baseline = task.classes > 0 ? 1 - 1 / static_cast<double>(task.classes) : 1;
    const auto from = [&](const auto& read) {
      std::vector<double> curve;
      for (auto& probe : loss) curve.push_back(read(probe));
      return explicitness(capacity, std::move(curve), baseline);
    };
    GroupedShare out{from([](const GroupedShare& probe) { return probe.all; })};
    for (int64_t g = 0; g < GroupedShare::groups; ++g)
      out.without[g] = from([&](const GroupedShare& probe) { return probe.without[g]; });
    return out;
  }

  static Task task_of(const TrainTest& tables, int64_t k) {
    const FactorSpec& factor = tables.train.factors[k];
    Task task;
    task.d = tables.train.d, task.classes = factor.classes();
    if (factor.nuisance) return task;
    if (task.classes > 0) {
      auto parts = labelled(tables, k);
      task.classes = parts.classes;
      task.train_labels = std::move(parts.train.labels), task.test_labels = std::move(parts.test.labels);
      task.train = std::move(parts.train.z), task.test = std::move(parts.test.z);
    } else {
      take_known(tables.train, k, task.train, task.train_values);
      take_known(tables.test, k, task.test, task.test_values);
      scale_values(task);
    }
    if (task.train.empty()) return task;
    const Scaling scaling = standard_scaling(task.train, task.d);
    task.train = scaling.apply(task.train);
    task.test = scaling.apply(task.test);
    return task;
  }

  static void take_known(const CodeTable& table, int64_t k, std::vector<double>& z, std::vector<float>& values) {
    std::vector<int64_t> rows;
    for (int64_t i = 0; i < table.n; ++i) {
      if (std::isnan(table.y[i * table.k + k])) continue;
      rows.push_back(i);
      values.push_back(static_cast<float>(table.y[i * table.k + k]));
    }
    z = take_rows(table.z, table.d, rows);
  }

  // A number in units of its standard deviation, so that one learning rate serves all.
  static void scale_values(Task& task) {
    if (task.train_values.empty()) return;
    const auto moments = column_moments(task.train_values, static_cast<int64_t>(task.train_values.size()), 1);
    const double factor = moments.variance[0] > 0 ? 1 / std::sqrt(moments.variance[0]) : 0;
    for (auto* values : {&task.train_values, &task.test_values})
      for (auto& v : *values) v = static_cast<float>((v - moments.mean[0]) * factor);
  }

  static bool varies(const Task& task) {
    if (task.test.empty()) return false;
    if (task.classes > 0)
      return std::ranges::any_of(task.train_labels, [&](int32_t label) { return label != task.train_labels[0]; });
    return std::ranges::any_of(task.train_values, [&](float v) { return v != task.train_values[0]; });
  }

  int64_t parameters(const Task& task, int64_t size) const {
    const int64_t outputs = std::max<int64_t>(task.classes, 1);
    if (o_.probe == "random_features" || size == 0) return ((size > 0 ? size : task.d) + 1) * outputs;
    return (task.d + 1) * size + (o_.hidden_layers - 1) * (size + 1) * size + (size + 1) * outputs;
  }

  // The loss of one probe on the items to test on.
  GroupedShare loss_of(const Task& task, int64_t size, uint64_t seed) const {
    if (o_.probe == "perceptron") return loss_of_perceptron(task, task.train, task.test, size, seed);
    const auto train = random_fourier_features(task.train, task.d, size, o_.sigma, seed),
               test = random_fourier_features(task.test, task.d, size, o_.sigma, seed);
    if (task.classes == 0) return loss_of_perceptron(task, train, test, 0, seed);
    const auto model = fit_logistic_regression(train, task.train_labels, task.classes,
                                               {.c = 1e3, .iterations = 300, .tolerance = 1e-4});
    return wrong(task, model.predict(test));
  }

  static GroupedShare wrong(const Task& task, const std::vector<int32_t>& predicted) {
    std::vector<char> out;
    for (size_t i = 0; i < predicted.size(); ++i) out.push_back(predicted[i] != task.test_labels[i]);
    return GroupedShare::share(out, task.group);
  }

  GroupedShare loss_of_perceptron(const Task& task, const std::vector<double>& train, const std::vector<double>& test,
                                  int64_t size, uint64_t seed) const {
    const PerceptronSettings settings{.hidden = std::vector<int64_t>(size > 0 ? o_.hidden_layers : 0, size),
                                      .learning_rate = o_.learning_rate,
                                      .batch = o_.batch,
                                      .epochs = o_.epochs,
                                      .decay = 0.7,
                                      .enough = 0.999};
    const std::vector<float> x(train.begin(), train.end()), judged(test.begin(), test.end());
    if (task.classes > 0)
      return wrong(task, Perceptron::classifier(x, task.train_labels, task.classes, settings, seed).predict(judged));
    return unexplained(task, Perceptron::regressor(x, task.train_values, settings, seed).forward(judged));
  }

  // 1 - R^2, of all items and without each group.
  static GroupedShare unexplained(const Task& task, const std::vector<float>& fit) {
    const auto without = [&](int64_t g) {
      double n = 0, sum = 0, squares = 0, off = 0;
      for (size_t i = 0; i < fit.size(); ++i) {
        if (task.group[i] == g) continue;
        const double y = task.test_values[i], miss = fit[i] - y;
        n += 1, sum += y, squares += y * y, off += miss * miss;
      }
      const double total = n > 0 ? squares - sum * sum / n : 0;
      return total > 0 ? off / total : 1;
    };
    GroupedShare out{without(-1)};
    for (int64_t g = 0; g < GroupedShare::groups; ++g) out.without[g] = without(g);
    return out;
  }

  Options o_;
};

TEASEL_REGISTER(Metric, DciEs, "DCI-ES: explicitness from probes of growing capacity, and size");

}  // namespace
}  // namespace teasel
