#include "teasel/core/schedule.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace teasel {
namespace {
double entry(const std::vector<double>& values, size_t i) { return values.size() == 1 ? values[0] : values.at(i); }
}  // namespace

double Schedule::value(int64_t step, size_t latent) const {
  const double a = entry(from, latent), b = entry(to, latent);
  if (kind == Kind::constant) return a;
  if (kind == Kind::stages) return step >= start + static_cast<int64_t>(latent) * steps ? b : a;
  const double done =
      std::clamp(static_cast<double>(step - start) / static_cast<double>(std::max<int64_t>(steps, 1)), 0.0, 1.0);
  if (kind == Kind::geometric) return a * std::pow(b / a, done);
  if (kind == Kind::cosine) return b + (a - b) * (1 + std::cos(std::numbers::pi * done)) / 2;
  return a + done * (b - a);
}

size_t Schedule::latents() const {
  const size_t n = std::max(from.size(), to.size());
  return n == 1 ? 0 : n;
}

std::string name_of(Schedule::Kind kind) {
  switch (kind) {
    case Schedule::Kind::constant:
      return "constant";
    case Schedule::Kind::linear:
      return "linear";
    case Schedule::Kind::geometric:
      return "geometric";
    case Schedule::Kind::cosine:
      return "cosine";
    case Schedule::Kind::stages:
      return "stages";
  }
  return "";
}

}  // namespace teasel
