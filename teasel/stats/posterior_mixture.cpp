#include "teasel/stats/posterior_mixture.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>
#include <numeric>

#include "teasel/core/error.hpp"
#include "teasel/core/random.hpp"
#include "teasel/stats/kernels/mixture_kernel.hpp"

namespace teasel {
namespace {

constexpr double half_log_two_pi = 0.91893853320467274178;
constexpr int64_t tile = 1024;          // items at a time: a tile of ten latents stays in the second cache
constexpr int64_t samples_a_task = 16;  // that read a tile while it is there

// The table by latent, in the form that the kernels read.
struct Columns {
  std::vector<float> mean, rate, offset;  // [D, N]
};

Columns columns_of(const PosteriorTable& table, std::span<const int64_t> order) {
  const double root = std::sqrt(std::numbers::log2e / 2);
  const auto size = static_cast<size_t>(table.n * table.d);
  Columns out{std::vector<float>(size), std::vector<float>(size), std::vector<float>(size)};
#pragma omp parallel for
  for (int64_t n = 0; n < table.n; ++n)
    for (int64_t i = 0; i < table.d; ++i) {
      const double deviation = table.deviation[n * table.d + order[i]];
      out.mean[i * table.n + n] = table.mean[n * table.d + order[i]];
      out.rate[i * table.n + n] = static_cast<float>(root / deviation);
      out.offset[i * table.n + n] = static_cast<float>(-std::log2(deviation));
    }
  return out;
}

// The base-2 logarithm of a sum, as 2^peak * sum.
class RunningSum {
 public:
  // Terms below 2^-64 of the greatest add nothing that single precision could tell, however many they are.
  void add(const float* values, int64_t n, float peak) {
    if (!(peak > peak_ - 64)) return;
    if (peak > peak_) {
      sum_ *= std::exp2(static_cast<double>(peak_) - static_cast<double>(peak));
      peak_ = peak;
    }
    sum_ += static_cast<double>(exp2_sum(values, n, peak_));
  }
  double log2() const { return static_cast<double>(peak_) + std::log2(sum_); }

 private:
  float peak_ = -std::numeric_limits<float>::infinity();
  double sum_ = 0;
};

// The sums of some samples over all items.
class Task {
 public:
  Task(const Columns& columns, int64_t n, int64_t d, int64_t samples, DensityParts parts)
      : columns_(columns), n_(n), d_(d), parts_(parts), sums_(static_cast<size_t>(kinds * samples * d)) {
    const bool keeps = parts == DensityParts::without;
    own_.resize(keeps ? tile * d : tile);
    prefix_.resize(keeps ? tile * (d + 1) : tile);
  }

  // z: [samples, D], latents in the order of the columns.
  void run(std::span<const float> z) {
    for (int64_t begin = 0; begin < n_; begin += tile) {
      const int64_t size = std::min(tile, n_ - begin);
      for (size_t s = 0; s * d_ < z.size(); ++s) {
        add_forward(z.data() + s * d_, static_cast<int64_t>(s), begin, size);
        if (parts_ == DensityParts::without) add_without(static_cast<int64_t>(s), size);
      }
    }
  }
  double marginal(int64_t s, int64_t i) const { return sum(s, i, 0).log2(); }
  double prefix(int64_t s, int64_t i) const { return i == 0 ? marginal(s, 0) : sum(s, i, 1).log2(); }
  double without(int64_t s, int64_t i) const { return sum(s, i, 2).log2(); }

 private:
  static constexpr int64_t kinds = 3;
  const RunningSum& sum(int64_t s, int64_t i, int64_t kind) const { return sums_[kinds * (s * d_ + i) + kind]; }
  RunningSum& sum(int64_t s, int64_t i, int64_t kind) { return sums_[kinds * (s * d_ + i) + kind]; }

  // Latents one by one: their own densities and those of the prefixes, which are kept where `without` needs them.
  void add_forward(const float* z, int64_t s, int64_t begin, int64_t size) {
    const bool keeps = parts_ == DensityParts::without;
    std::fill_n(prefix_.begin(), size, 0.0f);
    for (int64_t i = 0; i < d_; ++i) {
      const int64_t at = i * n_ + begin;
      float *own = own_.data() + (keeps ? i * tile : 0), *prefix = prefix_.data() + (keeps ? (i + 1) * tile : 0);
      if (keeps) std::copy_n(prefix - tile, size, prefix);
      const MixturePeaks peaks =
          mixture_densities(&columns_.mean[at], &columns_.rate[at], &columns_.offset[at], size, z[i], own, prefix);
      sum(s, i, 0).add(own, size, peaks.own);
      if (i > 0 && parts_ != DensityParts::marginal) sum(s, i, 1).add(prefix, size, peaks.prefix);
    }
  }
  // Backward: what comes before a latent and what comes after. Taking a density off the sum of all would lose digits.
  void add_without(int64_t s, int64_t size) {
    std::vector<float> after(size), joint(size);
    for (int64_t i = d_ - 1; i >= 0; --i) {
      const float peak =
          densities_without(prefix_.data() + i * tile, own_.data() + i * tile, size, after.data(), joint.data());
      sum(s, i, 2).add(joint.data(), size, peak);
    }
  }

  const Columns& columns_;
  int64_t n_, d_;
  DensityParts parts_;
  std::vector<RunningSum> sums_;     // [samples, D, kinds]
  std::vector<float> own_, prefix_;  // a tile of the present latent, or of every latent
};

double log_normal(double z, double mean, double deviation) {
  const double u = (z - mean) / deviation;
  return -u * u / 2 - std::log(deviation) - half_log_two_pi;
}

std::vector<int64_t> whole_order(std::span<const int64_t> order, int64_t d) {
  std::vector<int64_t> out(order.begin(), order.end());
  if (!out.empty()) return out;
  out.resize(d);
  std::iota(out.begin(), out.end(), 0);
  return out;
}

}  // namespace

void check_posteriors(const PosteriorTable& table) {
  for (int64_t i = 0; i < table.n * table.d; ++i) {
    const auto place = [&] { return fmt::format("latent {} at item {}", i % table.d, i / table.d); };
    if (!std::isfinite(table.mean[i])) throw Error(fmt::format("the mean of {} is {}", place(), table.mean[i]));
    if (!(table.deviation[i] >= 1e-12f && table.deviation[i] <= 1e12f))
      throw Error(fmt::format("the standard deviation of {} is {}", place(), table.deviation[i]),
                  "A posterior is a density only where its deviations are positive and finite (1e-12 to 1e12).");
  }
}

PosteriorSamples sample_posteriors(const PosteriorTable& table, int64_t count, uint64_t seed) {
  const Stream items(seed, "posterior_mixture/item"), noise(seed, "posterior_mixture/noise");
  PosteriorSamples out{std::vector<int64_t>(count), std::vector<float>(count * table.d)};
  noise.normal(0, table.d, out.z);
  for (int64_t s = 0; s < count; ++s) {
    out.item[s] = items.below(table.n, s);
    for (int64_t j = 0; j < table.d; ++j) {
      const int64_t at = out.item[s] * table.d + j;
      const double z = table.mean[at] + static_cast<double>(table.deviation[at]) * out.z[s * table.d + j];
      out.z[s * table.d + j] = static_cast<float>(z);
    }
  }
  return out;
}

PosteriorDensities posterior_densities(const PosteriorTable& table, const PosteriorSamples& samples,
                                       std::span<const int64_t> given_order, DensityParts parts) {
  const int64_t n = table.n, d = table.d, count = static_cast<int64_t>(samples.item.size());
  PosteriorDensities out{count, n, d, whole_order(given_order, d), {}, {}, {}, {}, {}};
  const auto size = static_cast<size_t>(count * d);
  for (auto* list : {&out.given, &out.marginal, &out.prior}) list->resize(size);
  if (parts != DensityParts::marginal) out.prefix.resize(size);
  if (parts == DensityParts::without) out.without.resize(size);
  std::vector<float> z(size);
  for (int64_t s = 0; s < count; ++s)
    for (int64_t i = 0; i < d; ++i) {
      const int64_t j = out.order[i], at = samples.item[s] * d + j;
      z[s * d + i] = samples.z[s * d + j];
      out.given[s * d + i] = log_normal(z[s * d + i], table.mean[at], table.deviation[at]);
      out.prior[s * d + i] = log_normal(z[s * d + i], 0, 1);
    }

  const Columns columns = columns_of(table, out.order);
  const double log_n = std::log(static_cast<double>(n));
#pragma omp parallel for schedule(dynamic)
  for (int64_t first = 0; first < count; first += samples_a_task) {
    const int64_t taken = std::min(samples_a_task, count - first);
    Task task(columns, n, d, taken, parts);
    task.run({z.data() + first * d, static_cast<size_t>(taken * d)});
    for (int64_t s = 0; s < taken; ++s)
      for (int64_t i = 0; i < d; ++i) {
        const int64_t at = (first + s) * d + i;
        const auto density = [&](double log2, int64_t latents) {
          return std::numbers::ln2 * log2 - log_n - half_log_two_pi * static_cast<double>(latents);
        };
        out.marginal[at] = density(task.marginal(s, i), 1);
        if (!out.prefix.empty()) out.prefix[at] = density(task.prefix(s, i), i + 1);
        if (!out.without.empty()) out.without[at] = density(task.without(s, i), d - 1);
      }
  }
  return out;
}

namespace {

// ln of a sum of exponentials, term by term.
struct LogSum {
  double peak = -std::numeric_limits<double>::infinity(), sum = 0;
  void add(double term) {
    if (term > peak) {
      sum = sum * std::exp(peak - term) + 1;
      peak = term;
    } else {
      sum += std::exp(term - peak);
    }
  }
  double log() const { return peak + std::log(sum); }
};

double density_error_of_sample(const PosteriorTable& table, const PosteriorSamples& samples,
                               const PosteriorDensities& densities, int64_t s) {
  const int64_t d = table.d;
  std::vector<LogSum> marginal(d), prefix(d), without(d);
  std::vector<double> own(d);
  for (int64_t item = 0; item < table.n; ++item) {
    double sum = 0;
    for (int64_t i = 0; i < d; ++i) {
      const int64_t j = densities.order[i], at = item * d + j;
      own[i] = log_normal(samples.z[s * d + j], table.mean[at], table.deviation[at]);
      marginal[i].add(own[i]);
      prefix[i].add(sum += own[i]);
    }
    for (int64_t i = 0; i < d; ++i) without[i].add(sum - own[i]);
  }
  const double log_n = std::log(static_cast<double>(table.n));
  double worst = 0;
  const auto compare = [&](const std::vector<LogSum>& expected, const std::vector<double>& found) {
    for (int64_t i = 0; i < d && !found.empty(); ++i)
      worst = std::max(worst, std::abs(expected[i].log() - log_n - found[s * d + i]));
  };
  compare(marginal, densities.marginal);
  compare(prefix, densities.prefix);
  compare(without, densities.without);
  return worst;
}

}  // namespace

double density_error(const PosteriorTable& table, const PosteriorSamples& samples, const PosteriorDensities& densities,
                     int64_t count) {
  std::vector<double> worst(std::min(count, densities.samples));
#pragma omp parallel for schedule(dynamic)
  for (size_t s = 0; s < worst.size(); ++s)
    worst[s] = density_error_of_sample(table, samples, densities, static_cast<int64_t>(s));
  return worst.empty() ? 0 : *std::ranges::max_element(worst);
}

}  // namespace teasel
