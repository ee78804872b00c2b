#include "teasel/data/render/shapes3d.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <numbers>

namespace teasel::shapes3d {
namespace {

// x to the right, y away from the viewer, z up. The unit is half of the room's width.
struct Vector {
  double x = 0, y = 0, z = 0;
};
Vector operator+(Vector a, Vector b) { return {a.x + b.x, a.y + b.y, a.z + b.z}; }
Vector operator-(Vector a, Vector b) { return {a.x - b.x, a.y - b.y, a.z - b.z}; }
Vector operator*(double s, Vector a) { return {s * a.x, s * a.y, s * a.z}; }
double dot(Vector a, Vector b) { return a.x * b.x + a.y * b.y + a.z * b.z; }
Vector unit(Vector a) { return 1 / std::sqrt(dot(a, a)) * a; }

// A turn about the vertical axis.
struct Turn {
  double cosine, sine;
  explicit Turn(double degrees)
      : cosine(std::cos(degrees * std::numbers::pi / 180)), sine(std::sin(degrees * std::numbers::pi / 180)) {}
  Vector operator()(Vector a) const { return {cosine * a.x - sine * a.y, sine * a.x + cosine * a.y, a.z}; }
  Vector back(Vector a) const { return {cosine * a.x + sine * a.y, cosine * a.y - sine * a.x, a.z}; }
};

// ---- what was fitted to 50 published images ------------------------------------------------------------------------

constexpr double wall_height = 0.59;
constexpr Vector eye{0, -0.9193, 0.2299};
constexpr double pitch = 0.346, field_of_view = 44.86;  // degrees, downwards; vertical
constexpr Vector foot{0, -0.0738, 0};                   // where the object stands
// Of objects of relative size 1.
constexpr double cube_half_side = 0.109;
constexpr double cylinder_radius = 0.1125, cylinder_height = 0.2321;
constexpr double sphere_radius = 0.1273;
constexpr double capsule_radius = 0.09639, capsule_height = 0.3951;
// Light from everywhere, from the viewer's side, and of a lamp that shines downwards in a cone and casts the shadow.
constexpr double ambient = 0.37, frontal = 0.579, lamp = 1.363;
constexpr Vector lamp_place{-0.532, 0.141, 2.341}, lamp_target{-0.61, 0.0686, 0};
constexpr double lamp_exponent = 12.9;  // of the cosine of the angle from the middle of the cone
constexpr double object_gloss = 0.119;  // where the lamp shines on it

constexpr std::array<double, 3> sky_colour{153 / 255.0, 226 / 255.0, 249 / 255.0};

// ---- rays ----------------------------------------------------------------------------------------------------------

struct Ray {
  Vector from, along;
  Vector at(double t) const { return from + t * along; }
};

constexpr double nothing = std::numeric_limits<double>::infinity();
constexpr double nearest = 1e-6;  // a surface does not hide itself

// What a ray meets first. `part` tells parts of a surface apart that meet in an edge.
struct Hit {
  double distance = nothing;
  Surface surface = sky;
  int part = 0;
  Vector normal{};
  void offer(double t, Surface what, int which, Vector n) {
    if (t > nearest && t < distance) *this = {t, what, which, n};
  }
};

void meet_sphere(const Ray& ray, Vector centre, double radius, int part, Hit& hit) {
  const Vector to = ray.from - centre;
  const double b = dot(to, ray.along), q = b * b - dot(to, to) + radius * radius;
  if (q <= 0) return;
  const double t = -b - std::sqrt(q);
  hit.offer(t, object, part, 1 / radius * (ray.at(t) - centre));
}

// The mantle of an upright cylinder about the axis through the origin.
void meet_mantle(const Ray& ray, double radius, double bottom, double top, Hit& hit) {
  const Vector o = ray.from, d = ray.along;
  const double a = d.x * d.x + d.y * d.y, b = o.x * d.x + o.y * d.y, c = o.x * o.x + o.y * o.y - radius * radius;
  const double q = b * b - a * c;
  if (q <= 0 || a == 0) return;
  const double t = (-b - std::sqrt(q)) / a;
  const Vector p = ray.at(t);
  if (p.z >= bottom && p.z <= top) hit.offer(t, object, 0, {p.x / radius, p.y / radius, 0});
}

void meet_lid(const Ray& ray, double radius, double height, Hit& hit) {
  if (ray.along.z == 0) return;
  const double t = (height - ray.from.z) / ray.along.z;
  const Vector p = ray.at(t);
  if (p.x * p.x + p.y * p.y <= radius * radius) hit.offer(t, object, 1, {0, 0, 1});
}

void meet_cube(const Ray& ray, double half, const Turn& turn, Hit& hit) {
  const Vector o = turn.back(ray.from) - Vector{0, 0, half}, d = turn.back(ray.along);
  const std::array<double, 3> from{o.x, o.y, o.z}, along{d.x, d.y, d.z};
  double enter = -nothing, leave = nothing;
  size_t face = 0;
  for (size_t k = 0; k < 3; ++k) {
    if (along[k] == 0 && std::abs(from[k]) > half) return;
    if (along[k] == 0) continue;
    const double first = (-std::copysign(half, along[k]) - from[k]) / along[k];
    const double last = (std::copysign(half, along[k]) - from[k]) / along[k];
    if (first > enter) enter = first, face = k;
    leave = std::min(leave, last);
  }
  if (enter >= leave) return;
  const double sign = along[face] > 0 ? -1 : 1;
  const Vector normal{face == 0 ? sign : 0, face == 1 ? sign : 0, face == 2 ? sign : 0};
  hit.offer(enter, object, static_cast<int>(2 * face) + (sign > 0), turn(normal));
}

void meet_object(Ray ray, const Scene& scene, const Turn& turn, Hit& hit) {
  const double s = scene.scale;
  ray.from = ray.from - foot;
  switch (scene.shape) {
    case Shape::cube:
      return meet_cube(ray, cube_half_side * s, turn, hit);
    case Shape::cylinder:
      meet_mantle(ray, cylinder_radius * s, 0, cylinder_height * s, hit);
      return meet_lid(ray, cylinder_radius * s, cylinder_height * s, hit);
    case Shape::sphere:
      return meet_sphere(ray, {0, 0, sphere_radius * s}, sphere_radius * s, 0, hit);
    case Shape::capsule: {
      const double r = capsule_radius * s, h = capsule_height * s;
      meet_mantle(ray, r, r, h - r, hit);
      meet_sphere(ray, {0, 0, r}, r, 0, hit);
      return meet_sphere(ray, {0, 0, h - r}, r, 0, hit);
    }
  }
}

// Floor and walls [-1, 1]^2, turned; the walls are seen from within alone.
void meet_room(const Ray& ray, const Turn& turn, Hit& hit) {
  const Vector o = turn.back(ray.from), d = turn.back(ray.along);
  const Ray inner{o, d};
  const auto inside = [](double a) { return std::abs(a) <= 1; };
  if (d.z < 0) {
    const double t = -o.z / d.z;
    const Vector p = inner.at(t);
    if (inside(p.x) && inside(p.y)) hit.offer(t, floor, 0, {0, 0, 1});
  }
  for (int axis : {0, 1}) {
    const double from = axis == 0 ? o.x : o.y, along = axis == 0 ? d.x : d.y;
    if (along == 0) continue;
    const double sign = along > 0 ? 1 : -1, t = (sign - from) / along;
    const Vector p = inner.at(t);
    if (!inside(axis == 0 ? p.y : p.x) || p.z < 0 || p.z > wall_height) continue;
    hit.offer(t, wall, 2 * axis + (sign > 0), turn(axis == 0 ? Vector{-sign, 0, 0} : Vector{0, -sign, 0}));
  }
}

// ---- pictures ------------------------------------------------------------------------------------------------------

// What one ray brings back. `look` is equal for rays that meet the same part of a surface, in the light or in the
// shadow.
struct Sample {
  int look = 0;
  Surface surface = sky;
  double brightness = 1, gloss = 0;
};

class Camera {
 public:
  explicit Camera(const Scene& scene) : scene_(scene), turn_(-scene.orientation) {}

  // The ray through a point of the picture, in pixels from its upper left corner.
  Sample look_at(double column, double row) const {
    static const double focal = side / 2 / std::tan(field_of_view / 2 * std::numbers::pi / 180);
    static const double c = std::cos(pitch * std::numbers::pi / 180), s = std::sin(pitch * std::numbers::pi / 180);
    const double right = (column - side / 2) / focal, up = (side / 2 - row) / focal;
    const Ray ray{eye, unit({right, c + s * up, c * up - s})};
    Hit hit;
    meet_room(ray, turn_, hit);
    meet_object(ray, scene_, turn_, hit);
    return sample_of(hit, ray.at(hit.distance == nothing ? 0 : hit.distance));
  }

 private:
  Sample sample_of(const Hit& hit, Vector p) const {
    if (hit.surface == sky) return {};
    static const Vector downwards = unit(lamp_target - lamp_place);
    const Vector to_lamp = unit(lamp_place - p);
    const double facing = dot(hit.normal, to_lamp), cone = -dot(to_lamp, downwards);
    const bool lit = facing > 0 && cone > 0 && !(hit.surface == floor && in_shadow({p, to_lamp}));
    Sample out{16 * hit.surface + 2 * hit.part + lit, hit.surface, 0, 0};
    out.brightness = ambient + frontal * std::max(0.0, -hit.normal.y);
    if (lit) out.brightness += lamp * facing * std::pow(cone, lamp_exponent);
    out.brightness = std::min(out.brightness, 1.0);
    if (lit && hit.surface == object) out.gloss = object_gloss;
    return out;
  }

  // Nothing but the object casts one that is seen.
  bool in_shadow(const Ray& to_lamp) const {
    Hit hit;
    meet_object(to_lamp, scene_, turn_, hit);
    return hit.distance < nothing;
  }

  Scene scene_;
  Turn turn_;
};

void add(Layers& layers, size_t pixel, const Sample& sample, double part) {
  layers.of[sample.surface][pixel] += static_cast<float>(part * sample.brightness);
  layers.of[gloss][pixel] += static_cast<float>(part * sample.gloss);
}

// HSV(hue, 1, 1); the hue is cyclic with period 1.
std::array<double, 3> colour_of(double hue) {
  const auto channel = [&](double shift) {
    const double x = 6 * (hue + shift - std::floor(hue + shift));
    return std::clamp(std::abs(x - 3) - 1, 0.0, 1.0);
  };
  return {channel(0), channel(2.0 / 3), channel(1.0 / 3)};
}

}  // namespace

double hue_value(double number) { return number / hues; }
double scale_value(double number) { return 0.75 + number * 0.5 / (scales - 1); }
double orientation_value(double number) { return -30 + number * 60 / (orientations - 1); }

Layers render(const Scene& scene) {
  const Camera camera(scene);
  std::vector<Sample> centres(pixels);
  for (int row = 0; row < side; ++row)
    for (int column = 0; column < side; ++column)
      centres[static_cast<size_t>(row * side + column)] = camera.look_at(column + 0.5, row + 0.5);
  Layers layers;
  for (auto& layer : layers.of) layer.assign(pixels, 0);
  constexpr int rays = 4;
  for (int row = 0; row < side; ++row)
    for (int column = 0; column < side; ++column) {
      const auto pixel = static_cast<size_t>(row * side + column);
      bool edge = false;
      for (int y = std::max(0, row - 1); y <= std::min(side - 1, row + 1); ++y)
        for (int x = std::max(0, column - 1); x <= std::min(side - 1, column + 1); ++x)
          edge |= centres[static_cast<size_t>(y * side + x)].look != centres[pixel].look;
      if (!edge) {
        add(layers, pixel, centres[pixel], 1);
        continue;
      }
      for (int y = 0; y < rays; ++y)
        for (int x = 0; x < rays; ++x)
          add(layers, pixel, camera.look_at(column + (x + 0.5) / rays, row + (y + 0.5) / rays), 1.0 / (rays * rays));
    }
  return layers;
}

void paint(const Layers& layers, const Hues& colours, std::span<std::byte, 3 * pixels> out) {
  const auto floors = colour_of(colours.floor), walls = colour_of(colours.wall), objects = colour_of(colours.object);
  for (size_t c = 0; c < 3; ++c) {
    const auto scaled = [](double v) { return static_cast<float>(255 * v); };
    const float of_sky = scaled(sky_colour[c]), of_floor = scaled(floors[c]), of_wall = scaled(walls[c]),
                of_object = scaled(objects[c]);
    auto* plane = reinterpret_cast<uint8_t*>(out.data()) + c * pixels;
    for (size_t p = 0; p < pixels; ++p) {
      const float sum = of_sky * layers.of[sky][p] + of_floor * layers.of[floor][p] + of_wall * layers.of[wall][p] +
                        of_object * layers.of[object][p] + 255 * layers.of[gloss][p];
      plane[p] = static_cast<uint8_t>(std::min(sum + 0.5f, 255.0f));
    }
  }
}

}  // namespace teasel::shapes3d
